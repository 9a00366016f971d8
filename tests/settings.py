"""The project's settings, in an environment made for tests."""

import atexit
import os
import shutil
import tempfile

_var = tempfile.mkdtemp(prefix="campaign-tests-")
atexit.register(shutil.rmtree, _var, ignore_errors=True)
os.environ.update(
    {
        "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-only-for-tests",
        "SITE_URL": "http://testserver",
        "STRIPE_API_KEY": "sk_test_sandbox",
        "STRIPE_WEBHOOK_SECRETS": "whsec_for_tests",
        "STRIPE_API_BASE": "http://127.0.0.1:1",
        "VAR_DIR": _var,
        "DEBUG": "0",
        "GATE_SECONDS_TO_FILL": "0",  # tests fill in forms faster than people; those of the gate wait
        # A browser test has an event loop in its thread; the tables are read there all the same.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
)

from campaign.settings import *  # noqa: E402, F403  the environment comes first

_engine = DATABASES["default"]["ENGINE"]  # noqa: F405
# A file, not memory: threads then meet the locks that a real site has.
DATABASES["default"]["TEST"] = {"NAME": f"{_var}/test.sqlite3"} if "sqlite" in _engine else {}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STATIC_ROOT.mkdir()  # noqa: F405  WhiteNoise warns about a folder that is not there
