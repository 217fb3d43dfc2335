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
    private const string OwnEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    /// <param name="read">Returns a variable's value or null.</param>
    /// <returns>Whether spans are sent, and what is wrong where what is asked for can't be had.</returns>
    public static (bool IsOn, string? Problem) Decide(Func<string, string?> read)
    {
        if (string.Equals(read("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return (false, null);
        }

        var variable = read(OwnEndpoint) is { Length: > 0 } ? OwnEndpoint : "OTEL_EXPORTER_OTLP_ENDPOINT";
        var endpoint = read(variable) ?? "";
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
                $"{variable} isn't an address; no spans are sent. Write http://HOST:4317, or https"
            ),
            "otlp" => (true, null),
            _ => (endpoint.Length > 0, null),
        };
    }

    /// <summary>Begins to send spans.</summary>
    /// <returns>
    /// What sends them until its disposal, which sends the last ones, null where it is off; and what is wrong where the
    /// exporter can't use a variable. What a variable says isn't repeated: headers hold keys.
    /// </returns>
    public static (TracerProvider? Traces, string? Problem) Start(Func<string, string?> read)
    {
        if (!Decide(read).IsOn)
        {
            return (null, null);
        }

        try
        {
            var traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(resource => Describe(resource, read))
                .AddSource(RequestSpan.SourceName)
                .AddOtlpExporter(to =>
                {
                    // The exporter doesn't read it.
                    if (read(OwnEndpoint) is { Length: > 0 } own)
                    {
                        to.Endpoint = new Uri(own);
                    }
                })
                .Build();
            return (traces, null);
        }
        catch (Exception e)
        {
            return (
                null,
                $"the variables OTEL_* can't be used ({e.GetType().Name}); no spans are sent. Headers are KEY=VALUE,"
                    + " divided by commas, and sizes and times whole numbers"
            );
        }
    }

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
