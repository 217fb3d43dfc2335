using System.CommandLine;
using GemmaOperator.Api.Builds;
using GemmaOperator.Egress;
using GemmaOperator.Hosting.Dashboards;
using GemmaOperator.Hub;
using GemmaOperator.Registry.Access;
using GemmaOperator.Text;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Hosting;

/// <summary>Reads the command line. A user's mistake is one line on stderr and exit code 2.</summary>
internal sealed class CommandLine
{
    public const int UsageError = 2;

    private readonly Option<string[]?> _namespaces = new("--namespace", "--watch-namespace", "-n")
    {
        Description = "Watch only this namespace (default: all). Repeatable.",
        CustomParser = CommandLineValues.WatchedNamespaces,
    };

    private readonly Option<string?> _impersonated = new("--impersonate-service-account")
    {
        Description =
            "Write a namespace's Jobs, Deployments and so on, and read its Secrets, as this ServiceAccount of it; "
            + "the operator must be allowed to impersonate it.",
        CustomParser = CommandLineValues.ObjectName,
    };

    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig file (default: $KUBECONFIG, ~/.kube/config, or the pod's account).",
    };

    private readonly Option<string?> _context = new("--context")
    {
        Description = "Context of the kubeconfig (default: its current one).",
    };

    private readonly Option<bool> _leaderElect = new("--leader-elect")
    {
        Description = "Wait for a Lease before acting; needed with several replicas.",
    };

    private readonly Option<string> _listen = new("--listen")
    {
        Description = "Address of /healthz, /readyz and /metrics.",
        DefaultValueFactory = _ => InPod ? "http://0.0.0.0:8080" : "http://127.0.0.1:8080",
        CustomParser = CommandLineValues.Address,
    };

    private readonly Option<LogLevel> _logLevel = new("--log-level")
    {
        Description = "Trace, Debug, Information, Warning or Error.",
        DefaultValueFactory = _ => LogLevel.Information,
        CustomParser = CommandLineValues.Level,
    };

    private readonly Option<string> _serverImage = new("--server-image")
    {
        Description = "Server layers image for objects that name none.",
        CustomParser = CommandLineValues.Image,
    };

    private readonly Option<string> _executorImage = new("--executor-image")
    {
        Description = "Kaniko executor image for objects that name none.",
        DefaultValueFactory = _ => BuildSpec.DefaultExecutorImage,
        CustomParser = CommandLineValues.Image,
    };

    private readonly Option<string?> _defaults = new("--defaults")
    {
        Description = "File with what objects take over where they say nothing, in the shape of a spec (docs/api.md).",
    };

    private readonly Option<HubEndpoint> _hub = new("--hub-endpoint")
    {
        Description = "Hugging Face hub of objects that name none.",
        DefaultValueFactory = _ => HubEndpoint.Default,
        CustomParser = CommandLineValues.Hub,
    };

    private readonly Option<string> _operatorImage = new("--operator-image")
    {
        Description = "The operator's own image; needed for isolated builds and vulnerability scans.",
        CustomParser = CommandLineValues.Image,
    };

    private readonly Option<RegistryMirrors?> _mirrors = new("--registry-mirror")
    {
        Description = "HOST=MIRROR: where requests for a registry go. Repeatable.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = CommandLineValues.Mirrors,
    };

    private readonly Option<string[]?> _insecure = new("--insecure-registry")
    {
        Description = "Registry host spoken to over plain HTTP. Repeatable.",
        CustomParser = CommandLineValues.Hosts,
    };

    private readonly EgressArguments _egress = new();
    private readonly Option<RepositoryPolicy?> _policy = new(RepositoryPolicy.Option)
    {
        Description =
            "NAMESPACE=PREFIX[,PREFIX]: repositories that objects of a namespace may use ('*': any; {namespace}: its "
            + "name), or deny-all. Repeatable; with one, what none allows is refused (default: all).",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = CommandLineValues.Policy,
    };

    private readonly Option<int> _workers = new("--workers")
    {
        Description = "Objects of one kind reconciled at once, 1 to 64.",
        DefaultValueFactory = _ => 8,
        CustomParser = CommandLineValues.Whole(1, 64),
    };

    private readonly Option<int> _maxBuilds = new("--max-builds")
    {
        Description = "Build Jobs that run at once, 1 to 1000; more builds wait, and namespaces take turns.",
        DefaultValueFactory = _ => 10,
        CustomParser = CommandLineValues.Whole(1, 1000),
    };

    private readonly Option<int?> _maxBuildsPerNamespace = new("--max-builds-per-namespace")
    {
        Description =
            "Those that are of one namespace, 1 to 1000 (default: four fifths of --max-builds; all of them with "
            + "one --namespace).",
        CustomParser = given => CommandLineValues.Whole(1, 1000)(given),
    };

    private readonly Option<bool> _userNamespaces = new("--build-user-namespaces")
    {
        Description =
            "Pods of builds get a user namespace of their own (hostUsers: false): root in them is nobody on the node. "
            + "It needs Kubernetes 1.33 and nodes with id-mapped mounts.",
    };

    private readonly Option<double> _apiRate = new("--api-requests-per-second")
    {
        Description =
            "Limit on requests to the API server, the lease aside, 1 to 10000; a second's worth may come at "
            + "once. 0: none, the server's own fairness decides.",
        DefaultValueFactory = _ => 0,
        CustomParser = CommandLineValues.Rate,
    };

    private readonly TenancyOptions _tenancy = new();
    private readonly DashboardArguments _dashboard = new();

    private static bool InPod => Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 };

    /// <param name="args">As given to the process.</param>
    /// <param name="errors">Where mistakes are told.</param>
    /// <param name="run">The operator; not called after a mistake.</param>
    /// <param name="output">Where help is told; null: the console.</param>
    public static async Task<int> RunAsync(
        string[] args,
        TextWriter errors,
        Func<OperatorOptions, CancellationToken, Task<int>> run,
        TextWriter? output = null
    )
    {
        var line = new CommandLine();
        var root = new RootCommand("Keeps GPU base images fresh and serves Gemma on them.")
        {
            line._namespaces,
            line._impersonated,
            line._kubeconfig,
            line._context,
            line._leaderElect,
            line._listen,
            line._logLevel,
            line._serverImage,
            line._executorImage,
            line._defaults,
            line._operatorImage,
            line._hub,
            line._mirrors,
            line._insecure,
            line._egress.Trusted,
            line._egress.Realms,
            line._egress.Networks,
            line._policy,
            line._workers,
            line._maxBuilds,
            line._maxBuildsPerNamespace,
            line._userNamespaces,
            line._apiRate,
        };
        line._dashboard.AddTo(root);
        foreach (var option in line._tenancy.All)
        {
            root.Options.Add(option);
        }

        root.Subcommands.Add(ReportCommand.Make(TimeProvider.System));
        root.Subcommands.Add(UnpackCommand.Make());
        root.Subcommands.Add(CopyDatabaseCommand.Make());
        root.Subcommands.Add(CheckCommand.Make(TimeProvider.System, Console.Out, errors));
        root.Subcommands.Add(PushCommand.Make(TimeProvider.System, Console.Out, errors));
        root.Subcommands.Add(StageCommand.Make(TimeProvider.System, errors));
        root.Subcommands.Add(PublishCommand.Make(TimeProvider.System, errors));
        root.SetAction(
            async (result, cancellationToken) =>
                Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } pod
                && !NameSyntax.IsNamespace(pod)
                    ? Refuse(errors, $"POD_NAMESPACE: '{pod}' can't be the name of a namespace")
                    : await run(line.Read(result), cancellationToken)
        );
        var parsed = root.Parse(args);
        return parsed.Errors.Count > 0
            ? Refuse(errors, parsed.Errors[0].Message)
            : await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    ProcessTerminationTimeout = TimeSpan.FromSeconds(25),
                    Output = output ?? Console.Out,
                },
                CancellationToken.None
            );
    }

    private static int Refuse(TextWriter errors, string error)
    {
        errors.WriteLine($"gemma-operator: {error.ReplaceLineEndings(" ")} (--help lists the options)");
        return UsageError;
    }

    private string ExecutorOf(ParseResult result) =>
        result.GetValue(_executorImage) is { Length: > 0 } executor ? executor : BuildSpec.DefaultExecutorImage;

    private OperatorOptions Read(ParseResult result) =>
        new()
        {
            Namespaces = result.GetValue(_namespaces) ?? [],
            ImpersonatedAccount = result.GetValue(_impersonated),
            Kubeconfig = result.GetValue(_kubeconfig),
            Context = result.GetValue(_context),
            LeaderElect = result.GetValue(_leaderElect),
            LeaseNamespace = Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } own
                ? own
                : result.GetValue(_namespaces)?.FirstOrDefault() ?? "default",
            Listen = result.GetValue(_listen)!,
            Dashboard = _dashboard.Read(result),
            LogLevel = result.GetValue(_logLevel),
            ServerImage = result.GetValue(_serverImage) ?? "",
            ExecutorImage = ExecutorOf(result),
            OperatorImage = result.GetValue(_operatorImage) ?? "",
            Tenants = _tenancy.Read(result, ExecutorOf(result), result.GetValue(_serverImage) ?? ""),
            DefaultsFile = result.GetValue(_defaults) is { Length: > 0 } defaults ? defaults : null,
            Hub = result.GetValue(_hub) ?? HubEndpoint.Default,
            Mirrors = result.GetValue(_mirrors) ?? RegistryMirrors.None,
            InsecureRegistries = result.GetValue(_insecure) ?? [],
            TrustedHosts = result.GetValue(_egress.Trusted) ?? [],
            TokenRealms = result.GetValue(_egress.Realms) ?? [],
            ClusterNetworks = result.GetValue(_egress.Networks) ?? ClusterNetworks.None,
            RepositoryPolicy = result.GetValue(_policy) ?? RepositoryPolicy.AllowAll,
            MaxBuilds = result.GetValue(_maxBuilds),
            MaxBuildsPerNamespace = result.GetValue(_maxBuildsPerNamespace),
            BuildUserNamespaces = result.GetValue(_userNamespaces),
            Workers = result.GetValue(_workers),
            ApiRequestsPerSecond = result.GetValue(_apiRate) is > 0 and var rate ? rate : null,
        };
}
