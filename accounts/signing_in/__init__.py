"""How people come in, prove who they are, and where they are signed in. accounts/actions lists the writers."""
