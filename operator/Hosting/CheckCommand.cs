using System.CommandLine;
using GemmaOperator.Check;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s.Exceptions;
using Microsoft.Extensions.Logging.Abstractions;

namespace GemmaOperator.Hosting;

/// <summary>
/// Runs <c>check</c>: tells what an installation lacks, one line for each thing, and changes nothing. It runs in the
/// operator's pod as well as on anybody's machine.
/// </summary>
internal sealed class CheckCommand(TimeProvider time, TextWriter output, TextWriter errors)
{
    private const int Failed = 1;

    private readonly Option<string[]> _namespaces = new("--namespace", "-n")
    {
        Description = "Namespace of GemmaBaseImages. Repeatable.",
        CustomParser = CommandLineValues.Namespaces,
    };

    private readonly Option<bool> _only = new("--only-namespaces")
    {
        Description = "The operator watches those alone: its rights are asked for there, not in the whole cluster.",
    };

    private readonly Option<string> _operatorNamespace = new("--operator-namespace")
    {
        Description = "Namespace of the operator (default: $POD_NAMESPACE, or gemma-system).",
        CustomParser = CommandLineValues.Namespace,
    };

    private readonly Option<ObjectKey?> _account = new("--as-service-account")
    {
        Description = "NAMESPACE/NAME: whose rights are asked for (default: your own).",
        CustomParser = CommandLineValues.Key,
    };

    private readonly Option<string?> _impersonated = new("--impersonate-service-account")
    {
        Description = "The operator's own; with --as-service-account its rights are asked for, too.",
        CustomParser = CommandLineValues.ObjectName,
    };

    private readonly Option<bool> _dashboard = new("--dashboard")
    {
        Description = "The operator has a dashboard: the rights for it are asked for, too.",
    };

    private readonly Option<ImageRepository?> _registry = new("--registry")
    {
        Description = "HOST/PATH: repository to which a push is tried; nothing is stored there.",
        CustomParser = CommandLineValues.Repository,
    };

    private readonly Option<ObjectKey?> _secret = new("--secret")
    {
        Description = "NAMESPACE/NAME: Secret with credentials for it.",
        CustomParser = CommandLineValues.Key,
    };

    private readonly Option<string[]> _insecure = new("--insecure-registry")
    {
        Description = "Registry host spoken to over plain HTTP. Repeatable.",
        CustomParser = CommandLineValues.Hosts,
    };

    private readonly EgressArguments _egress = new();

    private readonly Option<string[]> _priorityClasses = new("--priority-class")
    {
        Description = "PriorityClass that specs name. Repeatable.",
        CustomParser = CommandLineValues.ObjectNames,
    };

    private readonly Option<string[]> _runtimeClasses = new("--runtime-class")
    {
        Description = "RuntimeClass that specs name. Repeatable.",
        CustomParser = CommandLineValues.ObjectNames,
    };

    private readonly UpgradeArguments _upgrade = new();

    private readonly Option<string> _format = new("--output", "-o")
    {
        Description = "text or json.",
        DefaultValueFactory = _ => "text",
        CustomParser = CommandLineValues.Format,
    };

    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig file (default: $KUBECONFIG, ~/.kube/config, or the pod's account).",
    };

    private readonly Option<string?> _context = new("--context")
    {
        Description = "Context of the kubeconfig (default: its current one).",
    };

    public static Command Make(TimeProvider time, TextWriter output, TextWriter errors)
    {
        var own = new CheckCommand(time, output, errors);
        var command = new Command("check", "Tells what an installation lacks, and what to do about it.")
        {
            own._namespaces,
            own._only,
            own._operatorNamespace,
            own._account,
            own._impersonated,
            own._dashboard,
            own._registry,
            own._secret,
            own._insecure,
            own._egress.Trusted,
            own._egress.Realms,
            own._egress.Networks,
            own._priorityClasses,
            own._runtimeClasses,
            own._format,
            own._kubeconfig,
            own._context,
        };
        foreach (var option in own._upgrade.All)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(own._only) && result.GetValue(own._namespaces) is not { Length: > 0 })
            {
                result.AddError("--only-namespaces needs the namespaces: --namespace NAME");
            }
        });
        command.SetAction((result, cancellationToken) => own.RunAsync(result, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var options = new OperatorOptions
        {
            Kubeconfig = result.GetValue(_kubeconfig),
            Context = result.GetValue(_context),
        };
        try
        {
            var server = OperatorProgram.Configuration(options).Host;
            using var client = new KubeClient(
                () => OperatorProgram.Configuration(options),
                new KubeTransportOptions
                {
                    FieldManager = CheckRequest.OperatorName,
                    UserAgent = "gemma-operator-check",
                },
                time,
                NullLoggerFactory.Instance
            );
            var lines = _upgrade.Given(result)
                ? await UpgradeCheck.ReadAsync(
                    client,
                    result.GetValue(_namespaces) ?? [],
                    _upgrade.Read(
                        result,
                        result.GetValue(_insecure) ?? [],
                        result.GetValue(_egress.Trusted) ?? [],
                        result.GetValue(_egress.Networks) ?? ClusterNetworks.None
                    ),
                    time,
                    cancellationToken
                )
                : await InstallationAsync(result, client, server, cancellationToken);
            await output.WriteAsync(
                result.GetValue(_format) == "json" ? CheckReport.Json(lines) : CheckReport.Text(lines)
            );
            return CheckReport.IsGood(lines) ? 0 : Failed;
        }
        catch (KubeConfigException e)
        {
            await errors.WriteLineAsync($"gemma-operator: no usable kubeconfig: {e.Message.ReplaceLineEndings(" ")}");
            return Failed;
        }
    }

    private async Task<IReadOnlyList<CheckLine>> InstallationAsync(
        ParseResult result,
        KubeClient client,
        string server,
        CancellationToken cancellationToken
    )
    {
        var request = Read(result);
        var cluster = await new ClusterReader(client, server, time).ReadAsync(request, cancellationToken);
        return Installation.Judge(request, cluster, await AskAsync(result, request, client.Api, cancellationToken));
    }

    private async Task<RegistryFacts?> AskAsync(
        ParseResult result,
        CheckRequest request,
        IKubeApi api,
        CancellationToken cancellationToken
    )
    {
        if (request.Repository is not { } repository)
        {
            return null;
        }

        var insecure = result.GetValue(_insecure) ?? [];
        var egress = EgressSettings.For(
            result.GetValue(_egress.Trusted) ?? [],
            result.GetValue(_egress.Realms) ?? [],
            insecure,
            RegistryMirrors.None
        );
        var access = RegistryAccess.Anonymous with { InsecureHosts = insecure, Egress = egress };
        if (request.Secret is { } secret)
        {
            var (config, problem) = await ReadAsync(api, secret, cancellationToken);
            if (config is null)
            {
                return new RegistryFacts(repository) { CredentialsProblem = problem };
            }

            access = access with { Credentials = config };
        }

        using var networks = new ClusterNetworkReader(
            api,
            (result.GetValue(_egress.Networks) ?? ClusterNetworks.None).With(ClusterNetworkReader.OfThisPod()),
            time
        );
        using var http = RegistryConnections.Client(new EgressRules(egress) { Networks = networks.GetAsync }, time);
        return await new RegistryProbe(http, access, time).AskAsync(repository, cancellationToken);
    }

    private static async Task<(DockerConfig? Config, string? Problem)> ReadAsync(
        IKubeApi api,
        ObjectKey secret,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var (config, _, problem) = await SecretReader.ReadAsync(
                api,
                secret.Namespace!,
                secret.Name,
                cancellationToken
            );
            return (config, problem);
        }
        catch (KubeApiException e)
        {
            return (null, e.Message);
        }
    }

    private CheckRequest Read(ParseResult result) =>
        new()
        {
            OperatorNamespace =
                result.GetValue(_operatorNamespace)
                ?? (Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } own ? own : "gemma-system"),
            Namespaces = result.GetValue(_namespaces) ?? [],
            OnlyNamespaces = result.GetValue(_only),
            Account = result.GetValue(_account),
            ImpersonatedAccount = result.GetValue(_impersonated),
            HasDashboard = result.GetValue(_dashboard),
            Repository = result.GetValue(_registry),
            Secret = result.GetValue(_secret),
            PriorityClasses = result.GetValue(_priorityClasses) ?? [],
            RuntimeClasses = result.GetValue(_runtimeClasses) ?? [],
        };
}
