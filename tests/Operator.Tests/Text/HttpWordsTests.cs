using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using GemmaOperator.Text;

namespace Operator.Tests.Text;

internal sealed class HttpWordsTests
{
    [Test]
    public void What_TLS_failed_of_is_told_and_not_where_to_look() =>
        Assert.That(
            HttpWords.Of(
                new HttpRequestException(
                    HttpRequestError.SecureConnectionError,
                    "The SSL connection could not be established, see inner exception.",
                    new AuthenticationException("Cannot determine the frame size or a corrupted frame was received.")
                )
            ),
            Is.EqualTo("no TLS connection: Cannot determine the frame size or a corrupted frame was received.")
        );

    [Test]
    public void Anything_else_says_it_itself() =>
        Assert.That(
            HttpWords.Of(new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused (a:1)")),
            Is.EqualTo("Connection refused (a:1)")
        );

    [Test]
    public async Task A_proxys_credentials_are_not_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var handler = new SocketsHttpHandler
        {
            Proxy = new WebProxy(new Uri($"http://user:pa55word@{listener.LocalEndpoint}")),
        };
        using var http = new HttpClient(handler);
        var asked = http.GetAsync(new Uri("https://hooks.example/"));
        using var client = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await client.GetStream().WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => asked);
        Assert.That(HttpWords.Of(failure!), Does.Contain("403").And.Not.Contain("pa55word"));
    }
}
