using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using GemmaOperator.Dashboard.Access;
using GemmaOperator.Hosting.Dashboards;
using GemmaOperator.Runtime.Text;
using GemmaOperator.Tracing;
using k8s;
using k8s.Exceptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Prometheus;

namespace GemmaOperator.Hosting;

/// <summary>Runs the operator as a process: its log, its probes, its start and its graceful end.</summary>
internal static partial class OperatorProgram
{
    private const int Failed = 1;

    public static async Task<int> RunAsync(OperatorOptions options, CancellationToken cancellationToken)
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var (isTracing, problem) = TraceExport.Decide(environment);
        using var loggers = LoggerFactory.Create(logging => Configure(logging, options.LogLevel, isTracing));
        var logger = loggers.CreateLogger("GemmaOperator");
        var (sent, unusable) = TraceExport.Start(environment);
        using var traces = sent;
        if ((problem ?? unusable) is { } wrong)
        {
            Log.NotTracing(logger, wrong);
        }

        var metrics = Prometheus.Metrics.NewCustomRegistry();
        OperatorHost host;
        try
        {
            host = new OperatorHost(options, () => Configuration(options), loggers, TimeProvider.System, metrics);
        }
        catch (KubeConfigException e)
        {
            await Console.Error.WriteLineAsync(
                $"gemma-operator: no usable kubeconfig: {e.Message.ReplaceLineEndings(" ")}"
            );
            return Failed;
        }

        await using (host)
        {
            WebApplication web;
            try
            {
                web = await StartWebAsync(options, host, loggers, cancellationToken);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                await Console.Error.WriteLineAsync(
                    $"gemma-operator: --listen {options.Listen}: {e.Message.ReplaceLineEndings(" ")}"
                );
                return Failed;
            }

            DashboardServer? dashboard;
            try
            {
                dashboard = await StartDashboardAsync(options, host, loggers, cancellationToken);
            }
            catch (Exception e)
                when (e is IOException or SocketException or UnauthorizedAccessException or CryptographicException)
            {
                await web.DisposeAsync();
                await Console.Error.WriteLineAsync(
                    $"gemma-operator: --dashboard {options.Dashboard?.Listen}: {e.Message.ReplaceLineEndings(" ")}"
                );
                return Failed;
            }

            await using (dashboard)
            await using (web)
            {
                await host.StartAsync(cancellationToken);
                _ = host.GiveBackAsync();
                Log.Started(
                    logger,
                    options.Namespaces.Count == 0 ? "all" : string.Join(", ", options.Namespaces),
                    options.Listen
                );
                await Task.WhenAny(host.Completion, UntilCanceled(cancellationToken));
                if (host.Completion.IsFaulted)
                {
                    // The host has told why.
                    return Failed;
                }

                Log.Stopping(logger);
                await host.StopAsync(CancellationToken.None);
                return 0;
            }
        }
    }

    /// <exception cref="KubeConfigException">
    /// Whatever is wrong: the library's own errors come in many kinds.
    /// </exception>
    internal static KubernetesClientConfiguration Configuration(OperatorOptions options)
    {
        try
        {
            return Checked(
                options.Kubeconfig is null && options.Context is null
                    ? Default()
                    : KubernetesClientConfiguration.BuildConfigFromConfigFile(options.Kubeconfig, options.Context)
            );
        }
        catch (NullReferenceException e)
        {
            throw new KubeConfigException(
                $"{options.Kubeconfig ?? "the file"} is empty or lacks its contexts, clusters or users",
                e
            );
        }
        catch (Exception e) when (e is not KubeConfigException)
        {
            throw new KubeConfigException(e.Message, e);
        }
    }

    /// <summary>Without any configuration the library would ask whatever answers at localhost:8080.</summary>
    private static KubernetesClientConfiguration Default() =>
        Environment.GetEnvironmentVariable("KUBECONFIG") switch
        {
            "" => throw new KubeConfigException("KUBECONFIG is empty: unset it, or name a file"),
            null
                when !File.Exists(KubernetesClientConfiguration.KubeConfigDefaultLocation)
                    && !KubernetesClientConfiguration.IsInCluster() => throw new KubeConfigException(
                "there is none: neither --kubeconfig nor $KUBECONFIG is given, "
                    + $"{KubernetesClientConfiguration.KubeConfigDefaultLocation} doesn't exist, and no "
                    + "service account is mounted here"
            ),
            _ => KubernetesClientConfiguration.BuildDefaultConfig(),
        };

    private static KubernetesClientConfiguration Checked(KubernetesClientConfiguration configuration)
    {
        if (
            !Uri.TryCreate(configuration.Host, UriKind.Absolute, out var server)
            || (server.Scheme != Uri.UriSchemeHttps && server.Scheme != Uri.UriSchemeHttp)
        )
        {
            throw new KubeConfigException($"server: '{configuration.Host}' isn't an https:// address");
        }

        return configuration.SslCaCerts is { Count: 0 }
            ? throw new KubeConfigException("certificate-authority holds no certificate")
            : configuration;
    }

    private static void Configure(ILoggingBuilder logging, LogLevel level, bool isTracing)
    {
        if (isTracing)
        {
            // A line's TraceId and SpanId are those of the reconcile that wrote it.
            logging.Configure(o =>
                o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId
            );
        }

        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // An address that can't be listened at: told in one line on stderr.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (Console.IsOutputRedirected)
        {
            logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                // Colors are escape sequences, and none may get through.
                console.ColorBehavior = LoggerColorBehavior.Disabled;
                console.TimestampFormat = "HH:mm:ss ";
            });
        }
    }

    /// <summary>
    /// Probes and metrics: liveness is loops that make progress, readiness is caches that are complete.
    /// </summary>
    private static async Task<WebApplication> StartWebAsync(
        OperatorOptions options,
        OperatorHost host,
        ILoggerFactory loggers,
        CancellationToken cancellationToken
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, ForeignLifetime>();
        builder.WebHost.UseUrls(options.Listen);
        var app = builder.Build();
        app.MapGet("/healthz", () => Probe(host.Health.IsLive, host.Health.Problems, []));
        app.MapGet("/readyz", () => Probe(host.Health.IsReady, host.Health.Problems, host.Health.Notes));
        app.MapGet(
            "/metrics",
            async (HttpContext context) =>
            {
                context.Response.ContentType = PrometheusConstants.TextContentType;
                await host.WriteMetricsAsync(context.Response.Body, context.RequestAborted);
            }
        );
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static async Task<DashboardServer?> StartDashboardAsync(
        OperatorOptions options,
        OperatorHost host,
        ILoggerFactory loggers,
        CancellationToken cancellationToken
    ) =>
        options.Dashboard is { } dashboard && host.Fleet is { } fleet
            ? await DashboardServer.StartAsync(
                dashboard,
                fleet,
                new ApiReviews(fleet.Api),
                loggers,
                TimeProvider.System,
                cancellationToken
            )
            : null;

    private static IResult Probe(bool isWell, IReadOnlyList<string> problems, IReadOnlyList<string> notes) =>
        isWell
            ? Results.Text(string.Concat(notes.Prepend("ok").Select(line => $"{line}\n")))
            : Results.Text(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{string.Join('\n', problems.Select(VisibleText.Line))}\n"
                ),
                statusCode: StatusCodes.Status503ServiceUnavailable
            );

    private static async Task UntilCanceled(CancellationToken cancellationToken)
    {
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(canceled.SetResult);
        await canceled.Task;
    }

    /// <summary>Signals are the command line's: the web server must not end the process.</summary>
    private sealed class ForeignLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 1,
            Level = LogLevel.Information,
            Message = "Watching namespace {Namespace}; probes and metrics at {Listen}."
        )]
        public static partial void Started(ILogger logger, string nameSpace, string listen);

        [LoggerMessage(
            EventId = 2,
            Level = LogLevel.Information,
            Message = "Stopping: running reconciles finish, the lease is given up."
        )]
        public static partial void Stopping(ILogger logger);

        [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "{Problem}.")]
        public static partial void NotTracing(ILogger logger, string problem);
    }
}
