using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GemmaInference.Api.Tracing;

/// <summary>
/// Sends spans to a collector, as the variables <c>OTEL_*</c> of OpenTelemetry's specification say. Off unless one of
/// them asks for it; what can't be had is told, and ends nothing: platforms set these variables for all that they run.
/// </summary>
internal static class TraceExport
{
    private const string Service = "gemma-inference";

    /// <param name="read">Returns a variable's value or null.</param>
    /// <returns>Whether spans are sent, and what is wrong where what is asked for can't be had.</returns>
    public static (bool IsOn, string? Problem) Decide(Func<string, string?> read)
    {
        if (string.Equals(read("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return (false, null);
        }

        var endpoint = read("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") is { Length: > 0 } traces
            ? traces
            : read("OTEL_EXPORTER_OTLP_ENDPOINT") ?? "";
        var isAddress =
            endpoint.Length == 0
            || (
                Uri.TryCreate(endpoint, UriKind.Absolute, out var url)
                && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            );
        return read("OTEL_TRACES_EXPORTER") switch
        {
            "none" => (false, null),
            not (null or "" or "otlp") => (
                false,
                "OTEL_TRACES_EXPORTER isn't otlp or none; no spans are sent. Unset it, or set it to otlp"
            ),
            _ when !isAddress => (
                false,
                "OTEL_EXPORTER_OTLP_ENDPOINT isn't an address; no spans are sent. Write http://HOST:4317, or https"
            ),
            "otlp" => (true, null),
            _ => (endpoint.Length > 0, null),
        };
    }

    /// <summary>Returns what sends spans until its disposal, which sends the last ones; null where it is off.</summary>
    public static TracerProvider? Start(Func<string, string?> read) =>
        Decide(read).IsOn
            ? Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(resource => Describe(resource, read))
                .AddSource(RequestSpan.SourceName)
                .AddOtlpExporter()
                .Build()
            : null;

    /// <summary>Names the service where nobody does.</summary>
    private static void Describe(ResourceBuilder resource, Func<string, string?> read)
    {
        var isNamed =
            read("OTEL_SERVICE_NAME") is { Length: > 0 }
            || read("OTEL_RESOURCE_ATTRIBUTES")?.Contains("service.name=", StringComparison.Ordinal) == true;
        if (!isNamed)
        {
            resource.AddService(Service, autoGenerateServiceInstanceId: false);
        }
    }
}
