"""settings.toml and the environment say where the service runs; secrets never stand in a file of config/."""

from datetime import time
from pathlib import Path

import pytest

from sync.errors import BadConfiguration
from sync.settings import Level, ServiceSettings, Target, read_service_settings
from tests.support import CONFIG


def _read(folder: Path, text: str, **environment: str) -> ServiceSettings:
    (folder / "settings.toml").write_text(text, "utf-8")
    return read_service_settings(folder, environment)


def test_the_shipped_file_says_what_is_so_without_it(tmp_path: Path) -> None:
    assert read_service_settings(CONFIG, {}) == read_service_settings(tmp_path, {}) == ServiceSettings()


def test_the_likeliest_target_is_a_person_with_a_worklist() -> None:
    settings = read_service_settings(CONFIG, {})

    assert (settings.ims.target, settings.ims.level, settings.ims.host) == (Target.WORKLIST, Level.H, "worklist")


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    read = _read(tmp_path, "[ims]\nsenders = 2\n", IMS_SYNC_IMS__SENDERS="8", IMS_SYNC_BRAKE__COUNT="7")

    assert (read.ims.senders, read.brake.count) == (8, 7)


def test_a_gateway_is_named_by_its_host(tmp_path: Path) -> None:
    read = _read(tmp_path, '[ims]\ntarget = "gateway"\nlevel = "L2"\nurl = "https://ims.example.org:8443/api/"\n')

    assert read.ims.host == "ims.example.org:8443"
    assert read.ims.url == "https://ims.example.org:8443/api"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[service]\nenviroment = 'test'\n", "service.enviroment"),
        ("[surprise]\na = 1\n", "surprise"),
        ("[service]\nenvironment = 'prod'\n", "service.environment"),
        ("[service]\ntime_zone = 'Mars/Olympus'\n", "service.time_zone"),
        ("[ims]\nlevel = 'L2'\n", "level H goes with target worklist"),
        ("[ims]\ntarget = 'gateway'\nlevel = 'L2'\n", "url is blank"),
        ("[ims]\ntarget = 'gateway'\nlevel = 'H'\nurl = 'https://a'\n", "level H goes with target worklist"),
        ("[itrac]\nsource = 'gateway'\n", "url is blank"),
        ("[ims]\nurl = 'http://ims.example.org'\n", "https://"),
        ("[ims]\nsenders = 0\n", "ims.senders"),
        ("[brake]\nshare = -1\n", "brake.share"),
        ("[log]\nlevel = 'loud'\n", "log.level"),
        ("[alerts]\nsmtp_host = 'mail.example.org'\n", "mail_to or mail_from is blank"),
        ("[alerts]\nmail_to = 'staff'\n", "expected addresses"),
        ("[alerts]\nquiet_from = '20:00'\n", "quiet_from and quiet_to go together"),
        ("[alerts]\nquiet_from = 'late'\nquiet_to = '06:00'\n", "alerts.quiet_from"),
        ("[watch]\nport = 70000\n", "watch.port"),
        ("[ims\n", "no readable TOML"),
    ],
)
def test_every_mistake_is_named(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration) as wrong:
        _read(tmp_path, text)

    assert named in str(wrong.value)


def test_plain_http_is_let_through_to_this_machine_alone(tmp_path: Path) -> None:
    read = _read(tmp_path, '[itrac]\nsource = "gateway"\nurl = "http://127.0.0.1:8001"\n')

    assert read.itrac.url == "http://127.0.0.1:8001"


def test_a_misspelt_variable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=r"ims\.sender"):
        _read(tmp_path, "", IMS_SYNC_IMS__SENDER="8")


def test_a_secret_in_the_file_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration) as wrong:
        _read(tmp_path, "[ims]\nclient_secret = 'swordfish'\n")

    assert "IMS_SYNC_IMS__CLIENT_SECRET" in str(wrong.value)
    assert "swordfish" not in str(wrong.value)


def test_a_secret_comes_from_the_environment_or_a_file_named_there(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("swordfish\n", "utf-8")

    read = _read(
        tmp_path, "", IMS_SYNC_IMS__CLIENT_SECRET_FILE=str(tmp_path / "secret"), IMS_SYNC_IMS__CLIENT_ID="demo"
    )

    assert read.ims.client_secret.get_secret_value() == "swordfish"
    assert read.ims.client_id.get_secret_value() == "demo"
    assert "swordfish" not in repr(read)
    assert "swordfish" not in str(read.model_dump())


def test_a_secret_file_that_is_not_there_is_named_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="IMS_SYNC_ITRAC__CLIENT_ID_FILE"):
        _read(tmp_path, "", IMS_SYNC_ITRAC__CLIENT_ID_FILE=str(tmp_path / "absent"))


MAIL = "[alerts]\nsmtp_host = '{host}'\nmail_to = 'a@example.org, b@example.org'\nmail_from = 'c@example.org'\n"


@pytest.mark.parametrize(("host", "encryption"), [("mail.example.org", "starttls"), ("127.0.0.1", "off")])
def test_mail_is_encrypted_but_on_this_machine(host: str, encryption: str, tmp_path: Path) -> None:
    assert _read(tmp_path, MAIL.format(host=host)).alerts.encryption == encryption


def test_mail_to_another_machine_cannot_be_left_unencrypted(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="smtp_tls is off"):
        _read(tmp_path, MAIL.format(host="mail.example.org") + "smtp_tls = 'off'\n")


def test_the_password_of_the_mail_server_never_stands_in_a_file(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="IMS_SYNC_ALERTS__SMTP_PASSWORD") as wrong:
        _read(tmp_path, "[alerts]\nsmtp_password = 'swordfish'\n")

    assert "swordfish" not in str(wrong.value)


@pytest.mark.parametrize(
    ("first", "last", "hour", "quiet"),
    [
        ("20:00", "06:00", "20:00", True), ("20:00", "06:00", "02:00", True), ("20:00", "06:00", "06:00", False),
        ("20:00", "06:00", "12:00", False), ("01:00", "05:00", "04:59", True), ("01:00", "05:00", "05:00", False),
        ("", "", "02:00", False),
    ],
)  # fmt: skip
def test_quiet_hours_may_go_past_midnight(first: str, last: str, hour: str, quiet: bool, tmp_path: Path) -> None:
    read = _read(tmp_path, f"[alerts]\nquiet_from = '{first}'\nquiet_to = '{last}'\n")

    assert read.alerts.is_quiet(time.fromisoformat(hour)) == quiet
