using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Checks labels and annotations that pods get beside the operator's: none by which controllers, Services
/// or the operator know their own, and none that takes a pod's confinement away.
/// </summary>
internal static class PodMetadataRules
{
    /// <summary>Bounds a key: a prefix of 253 characters, a slash, a name of 63.</summary>
    private const int LongestKey = 317;

    /// <summary>Lists keys that Jobs, Deployments and Services select by, and that the operator sets.</summary>
    private static readonly HashSet<string> Taken = new(StringComparer.Ordinal)
    {
        "controller-uid",
        "job-name",
        "pod-template-hash",
        "app.kubernetes.io/name",
        ApiGroup.ManagedByLabel,
        "cluster-autoscaler.kubernetes.io/safe-to-evict",
    };

    /// <summary>Lists the domains whose keys are the operator's or the Job controller's, subdomains included.</summary>
    private static readonly string[] TakenDomains = [ApiGroup.Name, "batch.kubernetes.io"];

    /// <summary>Lists the domains of annotations by which a container loses its profile.</summary>
    private static readonly string[] Confining =
    [
        "container.apparmor.security.beta.kubernetes.io",
        "container.seccomp.security.alpha.kubernetes.io",
        "seccomp.security.alpha.kubernetes.io",
    ];

    public static void CheckLabels(string path, IReadOnlyDictionary<string, string>? labels, Findings findings)
    {
        foreach (var (key, value) in labels ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            var where = Where(path, key);
            CheckKey(where, key, findings);
            if (!Names.IsLabelValue(value))
            {
                findings.Add(
                    where,
                    $"{Quoted.Of(value)} isn't a label's value",
                    "use at most 63 letters, digits, -, _ and ."
                );
            }
        }
    }

    public static void CheckAnnotations(string path, IReadOnlyDictionary<string, string>? given, Findings findings)
    {
        foreach (var (key, value) in given ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            var where = Where(path, key);
            CheckKey(where, key, findings);
            if (IsBelow(key, Confining))
            {
                findings.Add(where, "it takes a pod's confinement away", "leave the key out");
            }

            if (value is null || value.Length > SpecBounds.AnnotationValue)
            {
                findings.Add(
                    where,
                    $"it has {value?.Length ?? 0} characters",
                    $"write at most {SpecBounds.AnnotationValue}"
                );
            }
            else if (!Syntax.OneLine().IsMatch(value))
            {
                findings.Add(where, "it isn't text on one line", "leave out line breaks and control characters");
            }
        }
    }

    /// <summary>Shortens a key, which may be anything.</summary>
    private static string Where(string path, string key) => $"{path}[{Quoted.Of(Truncation.Head(key, LongestKey))}]";

    private static void CheckKey(string where, string key, Findings findings)
    {
        if (
            key.Length > LongestKey
            || !Syntax.LabelKey().IsMatch(key)
            || key.IndexOf('/', StringComparison.Ordinal) > 253
        )
        {
            findings.Add(where, "it isn't a key", "write the key as in example.com/name");
        }
        else if (Taken.Contains(key) || IsBelow(key, TakenDomains))
        {
            findings.Add(where, "the operator or Kubernetes sets it, and pods are known by it", "leave the key out");
        }
    }

    private static bool IsBelow(string key, string[] domains) =>
        key.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
        && key[..slash] is var domain
        && domains.Any(d => domain == d || domain.EndsWith("." + d, StringComparison.Ordinal));
}
