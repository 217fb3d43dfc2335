using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Pods;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation.Pods;

/// <summary>Checks containers before and beside the server.</summary>
internal static class ContainerRules
{
    private const int MostContainers = 4;

    private const int MostArguments = 32;

    private const int LongestArgument = 4096;

    private const int LongestImage = 512;

    private const int MostResources = 16;

    /// <summary>Lists the operator's own.</summary>
    private static readonly string[] Own = ["server", "fetch-model"];

    /// <param name="path">The server.</param>
    /// <param name="server">What it says.</param>
    /// <param name="findings">Where to.</param>
    public static void Check(string path, ServerSpec server, Findings findings)
    {
        var seen = new HashSet<string>(Own, StringComparer.Ordinal);
        CheckAll($"{path}.initContainers", server.InitContainers, server, seen, findings);
        CheckAll($"{path}.sidecars", server.Sidecars, server, seen, findings);
    }

    private static void CheckAll(
        string path,
        IReadOnlyList<ServedContainer>? containers,
        ServerSpec server,
        HashSet<string> seen,
        Findings findings
    )
    {
        findings.Most(path, containers?.Count, MostContainers);
        foreach (var (i, container) in (containers ?? []).Index())
        {
            CheckOne($"{path}[{i}]", container ?? new ServedContainer(), server, seen, findings);
        }
    }

    private static void CheckOne(
        string path,
        ServedContainer container,
        ServerSpec server,
        HashSet<string> seen,
        Findings findings
    )
    {
        findings.Text(
            $"{path}.name",
            container.Name,
            Bounds.ValueLength,
            PodSyntax.VolumeName(),
            "a container's name",
            "use lower-case letters, digits and -, at most 63"
        );
        if (!seen.Add(container.Name ?? ""))
        {
            findings.Add(
                $"{path}.name",
                $"{Quoted.Of(container.Name)} is another container's",
                "choose another name in rollout.server.initContainers or sidecars; server and fetch-model are the "
                    + "operator's"
            );
        }

        if (container.Image is null or { Length: 0 or > LongestImage })
        {
            findings.Add(
                $"{path}.image",
                $"it has {container.Image?.Length ?? 0} characters",
                $"write 1 to {LongestImage}"
            );
        }
        else if (ReferenceSyntax.OfImage(container.Image) is { } error)
        {
            findings.Add($"{path}.image", error.Problem, error.Remedy);
        }

        CheckTexts($"{path}.command", container.Command, findings);
        CheckTexts($"{path}.args", container.Args, findings);
        PodVariables.Check($"{path}.env", container.Env, findings);
        VariableRules.CheckSizes($"{path}.env", container.Env, findings);
        VariableRules.Check($"{path}.env", container.Env, findings);
        VariableRules.CheckAll($"{path}.envFrom", container.EnvFrom, findings);
        findings.Most($"{path}.resources.limits", container.Resources?.Limits?.Count, MostResources);
        findings.Most($"{path}.resources.requests", container.Resources?.Requests?.Count, MostResources);
        ResourceRules.Check($"{path}.resources", container.Resources, findings);
        MountRules.Check($"{path}.volumeMounts", container.VolumeMounts, server.Volumes, weights: "", findings);
    }

    private static void CheckTexts(string path, IReadOnlyList<string>? texts, Findings findings)
    {
        findings.Most(path, texts?.Count, MostArguments);
        foreach (var (i, text) in (texts ?? []).Index())
        {
            findings.Text(
                $"{path}[{i}]",
                text,
                LongestArgument,
                Syntax.OneLine(),
                "text on one line",
                "leave out line breaks and control characters; mount a script from a ConfigMap"
            );
        }
    }
}
