"""The Rasa assistant of Kesu: understanding and dialogue; the skills themselves live in `actions/`."""
