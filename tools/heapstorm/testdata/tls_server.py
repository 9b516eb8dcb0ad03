"""The smallest HTTPS server; makes its own certificate for 127.0.0.1.

  tls_server.py PORT FOLDER [CA]     CA: which file of FOLDER gets the certificate that clients are to trust; "another": of nobody
"""
import http.server
import ssl
import subprocess
import sys

port, folder = int(sys.argv[1]), sys.argv[2]


def make(name):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem"], check=True, stderr=subprocess.DEVNULL)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"ok\n")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64

    def handle_error(self, *_):  # a client that does not trust us is no failure of ours
        pass


make("own")
if sys.argv[3:] == ["another"]:
    make("another")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/own.pem", f"{folder}/own.key")
server = Server(("127.0.0.1", port), Handler)
# Each connection shakes hands on its own thread.
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(f"ready on {port}", flush=True)
server.serve_forever()
