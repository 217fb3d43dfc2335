using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GemmaInference.Api;

/// <summary>Every failure as OpenAI's error object; what nobody foresaw is logged and answered without details.</summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    private const int RetryAfterSeconds = 1;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client left, or reads slower than Kestrel allows; its sequences were cancelled on the way here.
        }
        catch (ApiException error)
        {
            await AnswerAsync(context, error);
        }
        catch (BadHttpRequestException error)
        {
            var code = error.StatusCode == 413 ? "body_too_large" : "bad_request";
            await AnswerAsync(context, new ApiException(error.StatusCode, "invalid_request_error", code, null, error.Message));
        }
        catch (Exception error)
        {
            Log.Unexpected(logger, context.Request.Path, error);
            await AnswerAsync(context, new ApiException(500, "server_error", "internal", null, "the server failed to answer"));
        }
    }

    private static async Task AnswerAsync(HttpContext context, ApiException error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/json";
        if (error.Status is 429 or 503) context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        await JsonSerializer.SerializeAsync(context.Response.Body, error.Body, ApiJson.Wire.ErrorBody, context.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Error, "{Path} failed")]
        public static partial void Unexpected(ILogger logger, string path, Exception error);
    }
}
