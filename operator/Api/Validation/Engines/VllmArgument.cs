using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace GemmaOperator.Api.Validation.Engines;

/// <summary>
/// Holds one argument of vLLM: a name and its value in one word, so that no word is taken for the model, and none for
/// what the operator says itself.
/// </summary>
internal sealed partial record VllmArgument
{
    public const int Longest = 1024;

    /// <summary>
    /// Lists what the operator says to vLLM or answers for, and what a spec says instead. vLLM takes a name's beginning
    /// for the name (Python's argparse), and underscores for hyphens.
    /// </summary>
    private static readonly (string Name, string Instead)[] Own =
    [
        ("model", "name the weights in rollout.server.model"),
        ("model-tag", "name the weights in rollout.server.model"),
        ("served-model-name", "set rollout.server.model.name"),
        ("port", "set rollout.server.port"),
        ("tensor-parallel-size", "set rollout.server.gpu.count: all GPUs of a pod work on one model"),
        ("pipeline-parallel-size", "set rollout.server.gpu.count: all GPUs of a pod work on one model"),
        ("data-parallel-size", "set rollout.server.replicas: each pod has a copy of the model"),
        ("nnodes", "set rollout.server.gpu.count: a model runs in one pod"),
        ("headless", "a model runs in one pod"),
        ("config", "list what the file says in rollout.server.vllm.args"),
        ("api-key", "give VLLM_API_KEY in rollout.server.env, by secretKeyRef"),
        ("uds", "the pods are asked at rollout.server.port"),
        ("ssl-keyfile", "probes speak plain HTTP; put a proxy into rollout.server.sidecars"),
        ("ssl-certfile", "probes speak plain HTTP; put a proxy into rollout.server.sidecars"),
    ];

    private VllmArgument(string name, string? value) => (Name, Value) = (name, value);

    /// <summary>
    /// Gets the name without the hyphens before it, with hyphens in it; what follows its first dot is a key of the
    /// value (<c>--hf-overrides.rope_theta=1</c>), and stays as it is.
    /// </summary>
    public string Name { get; }

    /// <summary>Gets the value; null for a switch.</summary>
    public string? Value { get; }

    /// <summary>Reads an argument; the problem and the remedy say why it isn't one that a spec may give.</summary>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out VllmArgument? argument,
        out string problem,
        out string remedy
    )
    {
        (argument, problem, remedy) = (null, "", "");
        if (text is null || text.Length > Longest || Form().Match(text) is not { Success: true } match)
        {
            (problem, remedy) = (
                "it isn't an argument in one word",
                $"write it as --name or --name=value, on one line of at most {Longest} characters"
            );
            return false;
        }

        var given = match.Groups["name"].Value;
        var option = given.Split('.')[0].Replace('_', '-');
        if (Own.FirstOrDefault(o => o.Name.StartsWith(option, StringComparison.Ordinal)) is { Name: { } own } taken)
        {
            (problem, remedy) = (
                $"the operator gives --{own} itself, or needs it as it is",
                $"take it out of rollout.server.vllm.args: {taken.Instead}"
            );
            return false;
        }

        var name = option + given[option.Length..];
        argument = new VllmArgument(name, match.Groups["value"] is { Success: true, Value: var value } ? value : null);
        return true;
    }

    /// <summary>Returns the word that vLLM is given.</summary>
    public override string ToString() => Value is null ? $"--{Name}" : $"--{Name}={Value}";

    [GeneratedRegex(
        @"\A--(?<name>[A-Za-z][A-Za-z0-9_.+-]*)(=(?<value>[^\x00-\x1F\x7F]*))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Form();
}
