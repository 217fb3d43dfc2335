using System.CommandLine;
using GemmaOperator.Hosting;
using KubectlGemma.Cluster;

namespace KubectlGemma.Commands;

/// <summary>Holds the options by which a command finds its cluster; they are kubectl's.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig file (default: the files of $KUBECONFIG, or ~/.kube/config).",
    };

    private readonly Option<string?> _context = new("--context")
    {
        Description = "Context of the kubeconfig (default: its current one).",
    };

    private readonly Option<string?> _namespace = new("--namespace", "-n")
    {
        Description = "Namespace (default: the context's).",
        CustomParser = CommandLineValues.Namespace,
    };

    private readonly Option<string?> _as = new("--as") { Description = "User to act as." };

    private readonly Option<string[]> _asGroup = new("--as-group") { Description = "Group to act as. Repeatable." };

    public void AddTo(Command command)
    {
        command.Options.Add(_namespace);
        command.Options.Add(_context);
        command.Options.Add(_kubeconfig);
        command.Options.Add(_as);
        command.Options.Add(_asGroup);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_asGroup) is { Length: > 0 } && result.GetValue(_as) is null)
            {
                result.AddError("--as-group needs --as USER");
            }
        });
    }

    /// <summary>Returns the namespace of the command line; null where it names none.</summary>
    public string? Namespace(ParseResult result) => result.GetValue(_namespace);

    /// <exception cref="Output.CliException">There is no usable kubeconfig.</exception>
    public GemmaCluster Connect(ParseResult result, Shell shell) =>
        GemmaCluster.Connect(
            new ClusterTarget
            {
                Kubeconfig = result.GetValue(_kubeconfig),
                Context = result.GetValue(_context),
                Namespace = result.GetValue(_namespace),
                As = result.GetValue(_as),
                AsGroups = result.GetValue(_asGroup) ?? [],
            },
            shell.Time
        );
}
