#!/usr/bin/env python3
"""Takes a server that claims to speak OCI's API through Oracle's official SDK. `run.sh` starts one and calls this."""

import argparse
import sys

import oci

import harness
import reading  # noqa: F401  the order of these imports is the order of the steps
import signatures  # noqa: F401
import networks
import instances  # noqa: F401


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True, help="of all services, without the version")
    parser.add_argument("--config", required=True, help="an OCI configuration file")
    parser.add_argument("--profile", default="DEFAULT")
    parser.add_argument("--capacity-errors", type=int, default=0, help="refusals that must come before the first success")
    options = parser.parse_args()
    config = oci.config.from_file(options.config, options.profile)
    oci.config.validate_config(config)
    harness.step(networks.delete_network)
    passed, failed = harness.run(harness.World(config, options.base_url, options.capacity_errors))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
