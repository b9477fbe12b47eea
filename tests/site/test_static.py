"""The front-end files that are built from the design systems."""

import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
VENDOR = ROOT / "build" / "static" / "vendor"
build = SimpleNamespace(**runpy.run_path(str(ROOT / "script" / "build-static")))


def test_the_typeface_the_crown_and_the_crest_are_not_served():
    """They are for GOV.UK and the ministry alone. Seen red with: the crest's image copied."""
    names = [path for finder in get_finders() for path, _ in finder.list([])]
    assert any(name.endswith("govuk-frontend.min.css") for name in names)
    assert [
        n for n in names if re.search(r"crown|crest|logotype|\.woff|govuk-icon|opengraph", n)
    ] == []


def test_no_style_sheet_names_the_typeface_or_the_crest():
    """Seen red with: one `GDS Transport,` left in the source's style sheet."""
    assert build.faults(VENDOR) == []
    for path in VENDOR.glob("*.css"):
        text = path.read_text()
        for word in ("GDS Transport", "@font-face", "govuk-crest", "sourceMappingURL"):
            assert word not in text, path.name


def test_what_is_wrong_in_the_built_files_is_found(tmp_path):
    (tmp_path / "a.css").write_text(
        "@font-face{}p{font-family:GDS Transport,arial}b{background:url(images/no.svg)}"
    )
    (tmp_path / "govuk-crest.svg").touch()
    found = " ".join(build.faults(tmp_path))
    for word in ("GDS Transport", "@font-face", "images/no.svg", "govuk-crest.svg"):
        assert word in found


def test_a_declaration_goes_and_its_neighbours_stay():
    css = (
        '@font-face{font-family:GDS Transport;src:url("/x.woff2")}'
        ".a{color:red;mask-image:url(/assets/images/govuk-crest.svg) no-repeat;margin:0}"
        ".b{font-family:GDS Transport,arial,sans-serif;background:url(/assets/images/icon-x.svg)}"
        "/*# sourceMappingURL=x.css.map */"
    )
    assert build.stylesheet(css) == (
        ".a{color:red;margin:0}.b{font-family:arial,sans-serif;background:url(images/icon-x.svg)}\n"
    )


def test_every_file_finds_the_files_that_it_names(tmp_path, settings):
    """The manifest storage refuses a dangling url() or source map: then nothing would start."""
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    assert (tmp_path / "staticfiles.json").is_file()


@pytest.mark.parametrize("name", ["package-lock.json", "requirements.txt", "requirements-dev.txt"])
def test_what_is_pinned_names_no_registry(name):
    """Whoever installs chooses where from. Seen red with: npm's own lock file."""
    text = (ROOT / name).read_text()
    # Whom a package's authors ask to be paid by is no place that anything comes from.
    text = re.sub(r'"funding": \{[^}]*\}', "", text)
    assert "http:" not in text
    assert "https:" not in text
    assert "--index-url" not in text


def test_every_front_end_package_is_pinned_with_its_digest():
    lock = (ROOT / "package-lock.json").read_text()
    assert lock.count('"integrity": "sha512-') == len(re.findall(r'"node_modules/[^"]+": \{', lock))
