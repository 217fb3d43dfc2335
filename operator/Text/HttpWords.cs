namespace GemmaOperator.Text;

/// <summary>Says why a request came to no answer.</summary>
internal static class HttpWords
{
    /// <summary>Returns the cause: of TLS the outer exception only says to look at the inner one.</summary>
    public static string Of(Exception e) =>
        e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } tls }
            ? $"no TLS connection: {tls.Message}"
            : e.Message;
}
