"""Who is let in: wrong keys and wrong clocks are not."""

import email.utils
import time

import oci
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from harness import raw, refused, step


def ask_at(world, seconds_off):
    date = email.utils.formatdate(time.time() + seconds_off, usegmt=True)
    return (raw, world.identity, "GET", f"/users/{world.user}", "User"), {"date": date}


@step
def a_wrong_key_is_refused(world):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    stranger = world.client(oci.identity.IdentityClient, key_content=pem)
    refused(401, "NotAuthenticated", stranger.get_user, world.user)


@step
def an_hour_off_is_refused(world):
    for seconds in (-3600, 3600):
        (call, *arguments), headers = ask_at(world, seconds)
        error = refused(401, "NotAuthenticated", call, *arguments, **headers)
        assert email.utils.parsedate_to_datetime(error.headers["date"]), "no date to learn the right time from"


@step
def two_minutes_off_are_accepted(world):
    for seconds in (-120, 120):
        (call, *arguments), headers = ask_at(world, seconds)
        call(*arguments, **headers)
