using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Api.Validation.Notifications;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Notifications;

/// <summary>Renders what a receiver gets, in the format that it wants.</summary>
internal static class Payload
{
    /// <summary>Holds the signature of a body, as Flux's notification controller sends it.</summary>
    public const string SignatureHeader = "X-Signature";

    /// <summary>Bounds a text, in characters: placeholders may be repeated. Slack takes 40,000.</summary>
    private const int LongestText = 8000;

    private const string UsualText = "{namespace}/{name}: {event}: {message}";

    private static readonly JsonEventFormatter Formatter = new();

    /// <summary>Returns the body; a signature's header with it where there is a key.</summary>
    public static ByteArrayContent Content(Told told, byte[]? signing)
    {
        var (body, type) = Body(told);
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (signing is not null)
        {
            var signature = Convert.ToHexStringLower(HMACSHA256.HashData(signing, body));
            content.Headers.TryAddWithoutValidation(SignatureHeader, $"sha256={signature}");
        }

        return content;
    }

    /// <summary>Returns the text that a template makes of what happened.</summary>
    public static string Text(Told told)
    {
        var text = NotificationRules
            .Placeholder()
            .Replace(told.Receiver.Template ?? UsualText, found => Value(told, found.Groups["name"].Value));
        return Truncation.Shorten(text, LongestText);
    }

    private static (byte[] Body, string Type) Body(Told told) =>
        told.Receiver.Type.Value switch
        {
            NotificationType.Slack => (
                JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["text"] = Escaped(Text(told)) }),
                "application/json"
            ),
            NotificationType.CloudEvents => Envelope(told),
            _ => (JsonSerializer.SerializeToUtf8Bytes(Facts(told)), "application/json"),
        };

    /// <summary>CloudEvents 1.0: source and id together are what duplicates are known by.</summary>
    private static (byte[] Body, string Type) Envelope(Told told)
    {
        var happened = new CloudEvent(CloudEventsSpecVersion.V1_0)
        {
            Id = told.What.Id,
            Source = new Uri(
                $"/apis/{ApiGroup.Name}/namespaces/{told.Namespace}/gemmabaseimages/{told.Name}",
                UriKind.Relative
            ),
            Type = $"io.gemmaoperator.{told.What.Event}",
            Subject = told.What.Build ?? told.Name,
            Time = told.What.Time is { } time ? new DateTimeOffset(time, TimeSpan.Zero) : null,
            DataContentType = "application/json",
            Data = JsonSerializer.SerializeToElement(Facts(told)),
        };
        var body = Formatter.EncodeStructuredModeMessage(happened, out var type);
        return (body.ToArray(), type.ToString());
    }

    private static JsonObject Facts(Told told) =>
        new()
        {
            ["id"] = told.What.Id,
            ["event"] = told.What.Event.Text,
            ["time"] = told.What.Time,
            ["namespace"] = told.Namespace,
            ["name"] = told.Name,
            ["reason"] = told.What.Reason,
            ["message"] = told.What.Message,
            ["build"] = told.What.Build,
            ["image"] = told.What.Image,
            ["changes"] = told.What.Changes,
            ["text"] = Text(told),
        };

    /// <summary>Replaces Slack's control characters: what is quoted mentions nobody and links nowhere.</summary>
    private static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Value(Told told, string placeholder) =>
        placeholder switch
        {
            "namespace" => told.Namespace,
            "name" => told.Name,
            "event" => told.What.Event.Text,
            "reason" => told.What.Reason,
            "build" => told.What.Build ?? "",
            "image" => told.What.Image ?? "",
            "changes" => told.What.Changes ?? "",
            "message" => told.What.Message,
            "time" => told.What.Time is { } time ? $"{time:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "",
            _ => told.What.Id,
        };
}
