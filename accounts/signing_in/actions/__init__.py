"""The writers of sign-in. Callers take them from accounts/actions, as they take every writer of this room."""
