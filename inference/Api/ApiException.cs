namespace GemmaInference.Api;

/// <summary>A request that is answered with an error object in OpenAI's shape.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="param">The field that is wrong, if one is.</param>
internal sealed class ApiException(int status, string type, string? code, string? param, string message) : Exception(message)
{
    public int Status => status;

    public ErrorBody Body => new(new ErrorDetail(Message, type, param, code));

    /// <summary>The client sent something that can't be used.</summary>
    public static ApiException Invalid(string? param, string message, string? code = null) => new(400, "invalid_request_error", code, param, message);

    /// <summary>More is asked for than may wait.</summary>
    public static ApiException QueueFull(string why) => new(429, "rate_limit_error", "queue_full", null, $"{why}; try again in a second");
}
