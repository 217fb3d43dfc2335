using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Files;
using GemmaInference.Native;

namespace GemmaInference.Fetch;

/// <summary>Says how a fetch ended, for the process, for people, and for the operator, which reads JSON.</summary>
internal abstract record FetchOutcome
{
    /// <summary>Keeps the object below the 4 KiB that a container's termination message may have.</summary>
    private const int MaxMessageBytes = 1024;

    private FetchOutcome() { }

    public abstract int ExitCode { get; }

    public abstract string Json();

    /// <summary>Says that the model is whole at its destination.</summary>
    internal sealed record Done(ModelMarker Marker) : FetchOutcome
    {
        public override int ExitCode => 0;

        public override string Json() =>
            Write(json =>
            {
                json.WriteString("source", Marker.Identity.Source);
                if (Marker.Identity.Revision is { } revision)
                {
                    json.WriteString("revision", revision);
                }

                if (Marker.Identity.Digest is { } digest)
                {
                    json.WriteString("digest", digest);
                }

                json.WriteNumber("bytes", Marker.Bytes);
                json.WriteNumber("files", Marker.Files.Count);
            });
    }

    /// <summary>Says why it isn't.</summary>
    internal sealed record Failed(FetchReason Reason, string Text, bool Retry) : FetchOutcome
    {
        public override int ExitCode => Reason == FetchReason.InvalidArgument ? 2 : 1;

        /// <summary>Gets the cause in one line.</summary>
        public string Message => OneLine.Of(Text, MaxMessageBytes);

        public static Failed Of(FetchException cause) => new(cause.Reason, cause.Message, cause.Retry);

        public override string Json() =>
            Write(json =>
            {
                json.WriteStartObject("error");
                json.WriteString("reason", Reason.ToString());
                json.WriteString("message", Message);
                json.WriteBoolean("retry", Retry);
                json.WriteEndObject();
            });
    }

    private static string Write(Action<Utf8JsonWriter> members)
    {
        using var content = new MemoryStream();
        // It is read by a program and by people, never by a browser.
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(content, options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(content.ToArray());
    }
}
