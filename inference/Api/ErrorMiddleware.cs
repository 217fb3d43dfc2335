using System.Globalization;
using System.Text.Json;
using GemmaInference.Api.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GemmaInference.Api;

/// <summary>
/// Answers every failure with OpenAI's error object; what nobody foresaw is logged and answered without details.
/// </summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    private const int RetryAfterSeconds = 1;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: 404 or 405 } response)
            {
                await AnswerAsync(context, NotServed(context.Request, response.StatusCode));
            }
        }
        catch (Exception error)
            when (error is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client left, or reads slower than Kestrel allows; its sequences were cancelled on the way here.
        }
        catch (ApiException error)
        {
            await AnswerAsync(context, error);
        }
        catch (BadHttpRequestException error)
        {
            await AnswerAsync(
                context,
                error.StatusCode == 413
                    ? ApiException.BodyTooLarge()
                    : new ApiException(error.StatusCode, "invalid_request_error", "bad_request", null, error.Message)
            );
        }
        catch (Exception error)
        {
            Log.Unexpected(logger, context.TraceIdentifier, ApiException.Short(context.Request.Path), error);
            await AnswerAsync(
                context,
                new ApiException(500, "server_error", "internal", null, "the server failed to answer")
            );
        }
    }

    /// <summary>Explains what routing says with a bare status.</summary>
    private static ApiException NotServed(HttpRequest request, int status) =>
        new(
            status,
            "invalid_request_error",
            status == 404 ? "unknown_url" : "method_not_supported",
            null,
            $"{request.Method} {ApiException.Short(request.Path)} is not served here"
        );

    private static async Task AnswerAsync(HttpContext context, ApiException error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        var allow = context.Response.Headers.Allow;
        context.Response.Clear();
        context.Response.StatusCode = error.Status;
        context.Response.Headers.Allow = allow;
        context.Response.ContentType = "application/json";
        if (error.Status == 401)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }
        else if (error.Status is 429 or 503)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        await JsonSerializer.SerializeAsync(
            context.Response.Body,
            error.Body,
            ApiJson.Wire.ErrorBody,
            context.RequestAborted
        );
    }

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Error, "Request {RequestId} to {Path} failed")]
        public static partial void Unexpected(ILogger logger, string requestId, string path, Exception error);
    }
}
