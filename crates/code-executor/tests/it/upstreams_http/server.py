"""A server made with the official SDK, over HTTP: prints its port, serves until it is killed.

With `tls DIRECTORY` it speaks TLS with a certificate for `mcp.test` of an authority of its own, which
it writes to `DIRECTORY/authority.pem`.
"""

import datetime
import pathlib
import socket
import sys

import uvicorn
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.transport_security import TransportSecuritySettings

server = MCPServer("real")


@server.tool()
def echo(text: str) -> str:
    """Gives the text back."""
    return text


@server.tool()
async def grow(context: Context) -> str:
    """Adds a tool."""
    server.add_tool(lambda: "here", name="grown", description="Was not there before.")
    await context.notify_tools_changed()
    return "grown"


@server.tool()
def large(length: int) -> str:
    """Gives a text of this length."""
    return "x" * length


def certificates(directory: pathlib.Path) -> tuple[str, str]:
    """Writes an authority and a certificate of its; gives the certificate's file and its key's."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.datetime.now(datetime.timezone.utc)

    def make(name, key, issuer, issuer_key, is_authority):
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )
        if not is_authority:
            names = x509.SubjectAlternativeName([x509.DNSName(name)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(issuer_key, hashes.SHA256())

    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = make("authority", authority_key, "authority", authority_key, True)
    certificate = make("mcp.test", key, "authority", authority_key, False)
    pem = serialization.Encoding.PEM
    (directory / "authority.pem").write_bytes(authority.public_bytes(pem))
    (directory / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (directory / "key.pem").write_bytes(
        key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return str(directory / "certificate.pem"), str(directory / "key.pem")


def main() -> None:
    options = {}
    if sys.argv[1:2] == ["tls"]:
        certificate, key = certificates(pathlib.Path(sys.argv[2]))
        options = {"ssl_certfile": certificate, "ssl_keyfile": key}
    listener = socket.create_server(("127.0.0.1", 0))
    any_host = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = server.streamable_http_app(transport_security=any_host)
    config = uvicorn.Config(app, log_level="warning", **options)
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(config).run(sockets=[listener])


main()
