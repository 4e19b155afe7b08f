"""Runs pkilint's linters of RFC 5280 and prints a line for each finding of severity WARNING or worse.

Each argument is one job: "certificate FILE", "chain ISSUER_FILE SUBJECT_FILE" or "crl FILE".
"""

import contextlib
import io
import json
import sys

from pkilint.bin import lint_crl, lint_pkix_cert, lint_pkix_signer_signee_cert_chain

LINTERS = {
    "certificate": (lint_pkix_cert, []),
    "chain": (lint_pkix_signer_signee_cert_chain, []),
    "crl": (lint_crl, ["--type", "CRL", "--profile", "PKIX"]),
}

for job in sys.argv[1:]:
    kind, *files = job.split()
    linter, options = LINTERS[kind]
    with contextlib.redirect_stdout(io.StringIO()) as report:
        linter.main(["lint", "--severity", "WARNING", "--format", "JSON", *options, *files])
    # There is no report on a file that cannot be read: then this line ends the program.
    for result in json.loads(report.getvalue())["results"]:
        for finding in result["finding_descriptions"]:
            words = [f"{job}: {finding['severity']} {finding['code']}", finding["message"]]
            print(*filter(None, words), sep=": ")
