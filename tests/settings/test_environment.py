"""Where the user's own files are."""

import pytest
from platformdirs import user_config_path, user_state_path

from protestmail.settings.environment import config_folder, state_folder

VALUES = [None, "", "/srv/of mine", "not/whole", "~/x"]


@pytest.mark.parametrize("home", [*VALUES[1:], "/home/aliya"])
@pytest.mark.parametrize("named", VALUES)
def test_folders_are_those_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, named: str | None, home: str
) -> None:
    """On Linux the folders are found without platformdirs, and are those that it would give."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, named or "")
        if named is None:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", home)

    assert config_folder() == user_config_path("protestmail", appauthor=False)
    assert state_folder() == user_state_path("protestmail", appauthor=False)
