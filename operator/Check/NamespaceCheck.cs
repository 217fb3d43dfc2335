using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>
/// Judges namespaces: what pods they admit. NetworkPolicies are listed; what they mean is their authors' to say.
/// </summary>
internal static class NamespaceCheck
{
    private const string Name = "Pod Security";
    private const string Policies = "NetworkPolicies";
    private const string Level = "pod-security.kubernetes.io/enforce";
    private const int MostNamed = 5;

    public static IEnumerable<CheckLine> Judge(
        IEnumerable<(string Name, Answer<V1Namespace> Found)> namespaces,
        IEnumerable<(string Namespace, Answer<IReadOnlyList<V1NetworkPolicy>> Found)> policies
    ) => [.. namespaces.Select(n => Judge(n.Name, n.Found)), .. policies.Select(p => List(p.Namespace, p.Found))];

    private static CheckLine Judge(string name, Answer<V1Namespace> answer)
    {
        if (answer.Value is not { } found)
        {
            return answer.Problem is { } problem
                ? CheckLine.Warn(Name, problem, "ask as somebody who may get namespaces")
                : CheckLine.Fail(Name, $"namespace {name} isn't there", $"kubectl create namespace {name}");
        }

        return found.Metadata.Labels?.TryGetValue(Level, out var level) != true
            ? CheckLine.Ok(Name, $"{name} sets no level of its own; the cluster's must be baseline or privileged")
            : level switch
            {
                "baseline" or "privileged" => CheckLine.Ok(Name, $"{name} admits {level}: builds and served pods run"),
                "restricted" => CheckLine.Fail(
                    Name,
                    $"{name} admits restricted: served pods run, builds are refused",
                    $"kubectl label namespace {name} {Level}=baseline --overwrite"
                ),
                _ => CheckLine.Warn(
                    Name,
                    $"{name} has a level that this program doesn't know: {level}",
                    $"kubectl label namespace {name} {Level}=baseline --overwrite"
                ),
            };
    }

    private static CheckLine List(string ns, Answer<IReadOnlyList<V1NetworkPolicy>> answer) =>
        answer.Value switch
        {
            null => CheckLine.Warn(Policies, answer.Problem ?? "unknown", "ask as somebody who may list them"),
            { Count: 0 } => CheckLine.Ok(Policies, $"none in {ns}"),
            { } found => CheckLine.Ok(
                Policies,
                $"{found.Count} in {ns}: {string.Join(", ", found.Select(p => p.Metadata.Name).Take(MostNamed))}"
                    + "; builds must reach the registry and package indexes, smoke tests the server's port"
            ),
        };
}
