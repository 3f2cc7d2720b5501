"""A whole agent in Python: joins a mesh, beats, answers calls of `echo`. python agent.py HOST:PORT JOIN_TOKEN_FILE"""
import queue, sys, threading, time
import grpc, jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.rpc.status_pb2 import Status
from mesh.v1 import agent_link_service_pb2 as link, agent_link_service_pb2_grpc as rpc, agent_pb2, link_pb2

key, frames, Frame = Ed25519PrivateKey.generate(), queue.Queue(), link.ConnectRequest
stub = rpc.AgentLinkServiceStub(grpc.insecure_channel(sys.argv[1]))
joined = stub.JoinMesh(link.JoinMeshRequest(join_token=open(sys.argv[2]).read().strip(), public_key=key.public_key().public_bytes_raw()))
now = int(time.time())
token = jwt.encode({"sub": joined.agent.uid, "aud": joined.mesh_uid, "iat": now, "exp": now + 60}, key, algorithm="EdDSA")

def beat(every, sequence=1):
    frames.put(Frame(heartbeat=link_pb2.HeartbeatMessage(sequence=sequence)))
    timer = threading.Timer(every, beat, (every, sequence + 1))
    timer.daemon = True
    timer.start()

frames.put(Frame(hello=link_pb2.Hello(protocol_version=1, spec=link_pb2.AgentSpec(capabilities=["echo"], runtime=agent_pb2.AgentRuntime(name="python")))))
for answer in stub.Connect(iter(frames.get, None), metadata=[("authorization", f"Bearer {token}")]):
    if answer.HasField("welcome"):
        frames.put(Frame(state_update=link_pb2.StateUpdateMessage(state=agent_pb2.AGENT_STATE_RUNNING)))
        beat(answer.welcome.heartbeat_interval.ToTimedelta().total_seconds() * 0.9)
        print(f"{joined.agent.agent_id} is running in {joined.agent.mesh_id}", flush=True)
    elif answer.HasField("call"):
        frames.put(Frame(reply=link_pb2.Reply(call_id=answer.call.call_id, payload=answer.call.payload, has_payload=True, status=Status())))
    elif answer.HasField("goodbye"):
        sys.exit(answer.goodbye.message)
