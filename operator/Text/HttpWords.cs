namespace GemmaOperator.Text;

/// <summary>Says why a request came to no answer.</summary>
internal static class HttpWords
{
    /// <summary>
    /// Returns the cause: of TLS the outer exception only says to look at the inner one. A proxy's address, which may
    /// hold its credentials, stands in the words of the runtime.
    /// </summary>
    public static string Of(Exception e) => MaskedLog.Clean(Said(e));

    private static string Said(Exception e) =>
        e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } tls }
            ? $"no TLS connection: {tls.Message}"
            : e.Message;
}
