using System.CommandLine;
using System.Globalization;
using GemmaOperator.Registry;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Hosting;

/// <summary>The command line. A user's mistake is one line on stderr and exit code 2.</summary>
internal sealed class CommandLine
{
    public const int UsageError = 2;

    private readonly Option<string?> ns = new("--namespace", "-n") { Description = "Watch only this namespace (default: all)." };
    private readonly Option<string?> kubeconfig = new("--kubeconfig") { Description = "Kubeconfig file (default: $KUBECONFIG, ~/.kube/config, or the pod's account)." };
    private readonly Option<string?> context = new("--context") { Description = "Context of the kubeconfig (default: its current one)." };
    private readonly Option<bool> leaderElect = new("--leader-elect") { Description = "Wait for a Lease before acting; needed with several replicas." };
    private readonly Option<string> listen = new("--listen")
    {
        Description = "Address of /healthz, /readyz and /metrics.",
        DefaultValueFactory = _ => InPod ? "http://0.0.0.0:8080" : "http://127.0.0.1:8080",
    };

    private readonly Option<LogLevel> logLevel = new("--log-level") { Description = "Trace, Debug, Information, Warning or Error.", DefaultValueFactory = _ => LogLevel.Information };
    private readonly Option<string> serverImage = new("--server-image") { Description = "Server layers image for objects that name none.", DefaultValueFactory = _ => string.Empty };
    private readonly Option<string> operatorImage = new("--operator-image") { Description = "The operator's own image; needed for vulnerability scans.", DefaultValueFactory = _ => string.Empty };
    private readonly Option<string[]> mirrors = new("--registry-mirror") { Description = "HOST=MIRROR: where requests for a registry go. Repeatable.", DefaultValueFactory = _ => [] };
    private readonly Option<string[]> insecure = new("--insecure-registry") { Description = "Registry host spoken to over plain HTTP. Repeatable.", DefaultValueFactory = _ => [] };
    private readonly Option<int> workers = new("--workers") { Description = "Objects of one kind reconciled at once, 1 to 64.", DefaultValueFactory = _ => 8 };

    private readonly Option<double> apiRate = new("--api-requests-per-second") { Description = "Limit on requests to the API server, the lease aside; 0: none, the server's own fairness decides.", DefaultValueFactory = _ => 0 };

    private readonly Option<int> maxBuilds = new("--max-builds") { Description = "Build Jobs that run at once, 1 to 1000; more builds wait, and namespaces take turns.", DefaultValueFactory = _ => 10 };

    private static bool InPod => Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 };

    public static async Task<int> RunAsync(string[] args, Func<OperatorOptions, CancellationToken, Task<int>> run)
    {
        var line = new CommandLine();
        var root = new RootCommand("Keeps GPU base images fresh and serves Gemma on them.")
        {
            line.ns, line.kubeconfig, line.context, line.leaderElect, line.listen, line.logLevel, line.serverImage, line.operatorImage, line.mirrors, line.insecure, line.workers, line.maxBuilds, line.apiRate,
        };
        root.Subcommands.Add(ReportCommand.Make(TimeProvider.System));
        root.SetAction(async (result, cancellationToken) =>
        {
            var (options, error) = line.Parse(result);
            return options is null ? Refuse(error!) : await run(options, cancellationToken);
        });
        var parsed = root.Parse(args);
        return parsed.Errors.Count > 0
            ? Refuse(parsed.Errors[0].Message)
            : await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(25) }, CancellationToken.None);
    }

    private static int Refuse(string error)
    {
        Console.Error.WriteLine($"gemma-operator: {error} (--help lists the options)");
        return UsageError;
    }

    private (OperatorOptions? Options, string? Error) Parse(ParseResult result)
    {
        if (!RegistryMirrors.TryParse(result.GetValue(mirrors) ?? [], out var map, out var mirrorError))
        {
            return (null, $"--registry-mirror: {mirrorError}");
        }

        if (result.GetValue(workers) is not (>= 1 and <= 64) and var count)
        {
            return (null, $"--workers: {count} isn't between 1 and 64");
        }

        if (result.GetValue(maxBuilds) is not (>= 1 and <= 1000) and var most)
        {
            return (null, $"--max-builds: {most} isn't between 1 and 1000");
        }

        if (result.GetValue(apiRate) is not (0 or (>= 1 and <= 10_000)) and var rate)
        {
            return (null, string.Create(CultureInfo.InvariantCulture, $"--api-requests-per-second: {rate} is neither 0 nor between 1 and 10000"));
        }

        var ownImage = result.GetValue(operatorImage) ?? string.Empty;
        if (ownImage.Length > 0 && !ImageReference.TryParse(ownImage, out _, out var imageError))
        {
            return (null, $"--operator-image: {imageError}");
        }

        var address = result.GetValue(listen)!;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
        {
            return (null, $"--listen: '{address}' isn't an http:// address such as http://127.0.0.1:8080");
        }

        return (new OperatorOptions
        {
            Namespace = result.GetValue(ns),
            Kubeconfig = result.GetValue(kubeconfig),
            Context = result.GetValue(context),
            LeaderElect = result.GetValue(leaderElect),
            LeaseNamespace = Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } own ? own : result.GetValue(ns) ?? "default",
            Listen = address,
            LogLevel = result.GetValue(logLevel),
            ServerImage = result.GetValue(serverImage) ?? string.Empty,
            OperatorImage = ownImage,
            Mirrors = map,
            InsecureRegistries = result.GetValue(insecure) ?? [],
            MaxBuilds = result.GetValue(maxBuilds),
            Workers = result.GetValue(workers),
            ApiRequestsPerSecond = result.GetValue(apiRate) is > 0 and var perSecond ? perSecond : null,
        }, null);
    }
}
