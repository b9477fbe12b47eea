"""What gunicorn serves: `gunicorn protocol_site.wsgi`."""

import os
import sys

import django

from protocol_site.environment import NotConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protocol_site.settings")

try:
    django.setup(set_prefix=False)
    # Imported late: it needs the settings.
    from protocol_site.requests import Handler

    application = Handler()
except NotConfigured as error:
    sys.exit(str(error))
