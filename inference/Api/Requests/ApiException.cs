namespace GemmaInference.Api.Requests;

/// <summary>Answers a request with an error object in OpenAI's shape.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="param">The field that is wrong, if one is.</param>
internal sealed class ApiException(int status, string type, string? code, string? param, string message)
    : Exception(message)
{
    public int Status => status;

    public ErrorBody Body => new(new ErrorDetail(Message, type, param, code));

    /// <summary>Says that the client sent something that can't be used.</summary>
    public static ApiException Invalid(string? param, string message, string? code = null) =>
        new(400, "invalid_request_error", code, param, message);

    /// <summary>Says that the body is larger than any that is read.</summary>
    public static ApiException BodyTooLarge() =>
        new(
            413,
            "invalid_request_error",
            "body_too_large",
            null,
            $"bodies of more than {RequestLimits.MaxBodyBytes} bytes are not read"
        );

    /// <summary>Cuts a name that the client made up, so that it is fit to be sent back.</summary>
    public static string Short(string text) => text.Length <= 100 ? text : text[..100] + "…";

    /// <summary>Says that more is asked for than may wait.</summary>
    public static ApiException QueueFull(string why) =>
        new(429, "rate_limit_error", "queue_full", null, $"{why}; try again in a second");
}
