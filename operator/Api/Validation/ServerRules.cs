using GemmaOperator.Api.BaseImages;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks the inference server's pods.</summary>
internal static class ServerRules
{
    private const string Path = "spec.rollout.server";

    /// <summary>What the operator gives the server itself.</summary>
    private static readonly string[] OwnVariables = ["MODEL_NAME", "MODEL_PATH", "PORT"];

    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        var server = spec.Rollout?.Server ?? new ServerSpec();
        if (server.Image is { Length: > 0 } image && ReferenceSyntax.OfImage(image) is { } error)
        {
            findings.Add($"{Path}.image", error.Problem, error.Remedy);
        }

        CheckRepository(server.Repository ?? "", spec.Output?.Repository, findings);
        ModelRules.Check(spec, findings);
        var gpu = server.Gpu ?? new GpuSpec();
        findings.Match(
            $"{Path}.gpu.resourceName",
            gpu.ResourceName,
            Syntax.ExtendedResource(),
            "an extended resource",
            "write it as in nvidia.com/gpu"
        );
        ResourceRules.Check($"{Path}.resources", server.Resources, findings, gpu.ResourceName, gpu.Count);
        CheckEnvironment(server, findings);
        Names.CheckNodeSelector($"{Path}.nodeSelector", server.NodeSelector, findings);
        Names.CheckTolerations($"{Path}.tolerations", server.Tolerations, findings);
        Names.CheckReference($"{Path}.runtimeClassName", server.RuntimeClassName, "a RuntimeClass", findings);
        Names.CheckReference($"{Path}.priorityClassName", server.PriorityClassName, "a PriorityClass", findings);
    }

    private static void CheckRepository(string repository, string? output, Findings findings)
    {
        if (repository.Length == 0)
        {
            return;
        }

        if (ReferenceSyntax.OfRepository(repository) is { } error)
        {
            findings.Add($"{Path}.repository", error.Problem, error.Remedy);
        }
        else if (repository == output)
        {
            findings.Add(
                $"{Path}.repository",
                "it is output.repository",
                "leave it empty for <output.repository>-service, or choose another"
            );
        }
    }

    private static void CheckEnvironment(ServerSpec server, Findings findings)
    {
        PodVariables.Check($"{Path}.env", server.Env, findings);
        var variables = server.Env ?? [];
        for (var i = 0; i < variables.Count; i++)
        {
            if (OwnVariables.Contains(variables[i]?.Name, StringComparer.Ordinal))
            {
                findings.Add(
                    $"{Path}.env[{i}].name",
                    $"the operator sets {variables[i].Name}",
                    "set rollout.server.model and port instead"
                );
            }
        }
    }
}
