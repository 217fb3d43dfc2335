using System.Text.RegularExpressions;

namespace GemmaOperator.Api.Validation.Pods;

/// <summary>States the schema's patterns of what pods have, as <see cref="Syntax"/> does.</summary>
internal static partial class PodSyntax
{
    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    /// <summary>Matches an RFC 1123 label: the name of a volume.</summary>
    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", Options)]
    public static partial Regex VolumeName();

    /// <summary>Matches the fields of a pod that a variable may have.</summary>
    [GeneratedRegex(
        @"\A(metadata\.(name|namespace|uid|(labels|annotations)\['[-A-Za-z0-9_./]+'\])"
            + @"|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?))\z",
        Options
    )]
    public static partial Regex PodField();

    [GeneratedRegex(@"\A(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-[0-9]+[A-Za-z]*)\z", Options)]
    public static partial Regex ContainerResource();

    [GeneratedRegex(@"\A1(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?\z", Options)]
    public static partial Regex Divisor();

    /// <summary>Finds . and .. parts of a path.</summary>
    [GeneratedRegex(@"(\A|/)\.\.?(/|\z)", Options)]
    public static partial Regex DotParts();

    /// <summary>Matches what the operator, the server's image and the kernel have of their own.</summary>
    [GeneratedRegex(@"\A/(tmp|app|opt/gemma|proc|sys|dev)(/|\z)", Options)]
    public static partial Regex TakenPath();

    /// <summary>Matches directories without which the image's programs don't run.</summary>
    [GeneratedRegex(@"\A/(bin|etc|lib|lib64|opt|run|sbin|usr|usr/lib|usr/local|var)\z", Options)]
    public static partial Regex SystemPath();
}
