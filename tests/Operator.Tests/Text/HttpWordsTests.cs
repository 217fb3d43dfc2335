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
}
