using GemmaOperator.Builds;
using GemmaOperator.Runtime.Control;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GemmaOperator.Tracing;

/// <summary>
/// Sends spans to a collector, as the variables <c>OTEL_*</c> of OpenTelemetry's specification say; whoever runs the
/// operator sets them, so that it may be anywhere. Off unless one of them asks for it.
/// </summary>
internal static class TraceExport
{
    private const string Service = "gemma-operator";
    private const string OwnEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    /// <summary>Says what is asked for.</summary>
    /// <param name="settings">The environment.</param>
    /// <returns>Whether spans are sent, and what is wrong where what is asked for can't be had.</returns>
    public static (bool IsOn, string? Problem) Decide(IConfiguration settings)
    {
        if (string.Equals(settings["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            return (false, null);
        }

        var variable = settings[OwnEndpoint] is { Length: > 0 } ? OwnEndpoint : "OTEL_EXPORTER_OTLP_ENDPOINT";
        var endpoint = settings[variable] ?? "";
        var isAddress =
            endpoint.Length == 0
            || (
                Uri.TryCreate(endpoint, UriKind.Absolute, out var url)
                && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            );
        return settings["OTEL_TRACES_EXPORTER"] switch
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
    public static (TracerProvider? Traces, string? Problem) Start(IConfiguration settings)
    {
        if (!Decide(settings).IsOn)
        {
            return (null, null);
        }

        try
        {
            var traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(settings))
                .ConfigureResource(resource => Describe(resource, settings))
                .AddSource(ReconcileTracing.SourceName, BuildTrace.SourceName)
                .AddOtlpExporter(to =>
                {
                    // The exporter doesn't read it.
                    if (settings[OwnEndpoint] is { Length: > 0 } own)
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
    private static void Describe(ResourceBuilder resource, IConfiguration settings)
    {
        var isNamed =
            settings["OTEL_SERVICE_NAME"] is { Length: > 0 }
            || settings["OTEL_RESOURCE_ATTRIBUTES"]?.Contains("service.name=", StringComparison.Ordinal) == true;
        if (!isNamed)
        {
            resource.AddService(Service, autoGenerateServiceInstanceId: false);
        }
    }
}
