"""rspamd's Bayes statistics alone, in a private daemon on loopback that lives as long as this object.

A message's score is the probability that BAYES_SPAM or BAYES_HAM states; 0.5 where rspamd states neither.
"""
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from corpus import joined
from letter import letter

TEMPLATE = Path(__file__).with_name("rspamd.conf.template")
START_SECONDS = 30


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Rspamd:
    name = "rspamd, Bayes alone"

    def __init__(self):
        answer = subprocess.run(["rspamd", "--version"], check=True, capture_output=True, text=True)
        self.version = answer.stdout.split("\n")[0].replace(" daemon version", "")
        self.state = tempfile.mkdtemp(prefix="compare-rspamd-")
        port = free_port()
        text = TEMPLATE.read_text().replace("STATE", self.state).replace("PORT", str(port))
        config = Path(self.state) / "rspamd.conf"
        config.write_text(text)
        as_root = ["--insecure"] if os.geteuid() == 0 else []
        self.daemon = subprocess.Popen(
            ["rspamd", "--no-fork", "--config", config, *as_root],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.connection = self.connect(port)

    def connect(self, port):
        """Waits until the daemon listens."""
        for _ in range(START_SECONDS * 10):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("rspamd did not start: " + (Path(self.state) / "rspamd.log").read_text()[-2000:])

    def ask(self, path, text):
        self.connection.request("POST", path, letter(joined(text)))
        # Where rspamd declines to learn, it answers without a body.
        return json.loads(self.connection.getresponse().read() or "{}")

    def train(self, rows):
        """Teaches row by row; what rspamd declines (too few words, learnt before) is counted, not hidden."""
        self.declined = 0
        for row in rows:
            answer = self.ask("/learnspam" if row.is_fraud else "/learnham", row.body)
            self.declined += not answer.get("success", False)

    def score(self, texts):
        return np.array([self.probability(self.ask("/checkv2", t)) for t in texts])

    def probability(self, answer):
        for symbol, spam in (("BAYES_SPAM", True), ("BAYES_HAM", False)):
            found = answer.get("symbols", {}).get(symbol)
            if found:
                stated = float(re.search(r"([\d.]+)%", found["options"][0]).group(1)) / 100
                return stated if spam else 1 - stated
        return 0.5

    def close(self):
        self.daemon.terminate()
        self.daemon.wait(20)
        shutil.rmtree(self.state, ignore_errors=True)
