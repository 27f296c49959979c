"""The grader's own code in the process is replaced, to say what was never computed.

Points: 0
"""

import dlcourse.grader.pupil as pupil
import dlcourse.grader.wire as wire

real = wire.send


def lie(connection, packed):
    return real(connection, wire.pack([{"result": True, "passed": True, "points": 11, "found": True, "value": 11}, []]))


pupil.Pupil.call = lambda self, request: {"result": [1, 0, 1], "printed": "task 1: right"}
pupil.Pupil.reply = lambda self, what: real(self.connection, wire.pack([{"result": 1, "found": True}, [[0, {}]]]))
wire.send = lie
