using System.Text.RegularExpressions;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// States the schema's patterns, for objects that are older than the schema and for API servers that check less. They
/// are anchored by <c>\z</c>, because .NET's <c>$</c> lets a newline through.
/// </summary>
internal static partial class Syntax
{
    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    /// <summary>Matches an RFC 1123 subdomain: the name of most Kubernetes objects.</summary>
    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", Options)]
    public static partial Regex ObjectName();

    /// <summary>
    /// Matches an RFC 1035 label: the name of a Service, and of everything that is named after an image.
    /// </summary>
    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z", Options)]
    public static partial Regex ServiceName();

    /// <summary>Decides whether a text can be the name of a GemmaBuild.</summary>
    public static bool IsBuildName(string text) => text.Length <= 63 && ServiceName().IsMatch(text);

    /// <summary>Matches a key of a ConfigMap.</summary>
    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z", Options)]
    public static partial Regex ConfigMapKey();

    /// <summary>
    /// Matches the key of a label or a taint: an optional subdomain with a slash, then a name of at most 63 characters.
    /// </summary>
    [GeneratedRegex(
        @"\A([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/"
            + @")?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\z",
        Options
    )]
    public static partial Regex LabelKey();

    /// <summary>Matches a label's value, which may be empty; another rule beside it bounds the length.</summary>
    [GeneratedRegex(@"\A([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?\z", Options)]
    public static partial Regex LabelValue();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", Options)]
    public static partial Regex VariableName();

    /// <summary>Matches text on one line, without control characters.</summary>
    [GeneratedRegex(@"\A[^\x00-\x1F\x7F]*\z", Options)]
    public static partial Regex OneLine();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\z", Options)]
    public static partial Regex PythonModule();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]*\z", Options)]
    public static partial Regex Tag();

    /// <summary>Matches the tags that builds use: <c>b42-…</c>.</summary>
    [GeneratedRegex(@"\Ab[0-9]+(-.*)?\z", Options)]
    public static partial Regex BuildTag();

    [GeneratedRegex(@"\A[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?\z", Options)]
    public static partial Regex Quantity();

    [GeneratedRegex(@"\A[1-9][0-9]*(k|M|G|T|Ki|Mi|Gi|Ti)?\z", Options)]
    public static partial Regex StorageSize();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/:-]*\z", Options)]
    public static partial Regex ModelName();

    /// <summary>Matches a repository of a hub: an owner and a name, or a name alone.</summary>
    [GeneratedRegex(@"\A([A-Za-z0-9][A-Za-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*\z", Options)]
    public static partial Regex HubRepository();

    /// <summary>Matches a branch, a tag or a commit.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*\z", Options)]
    public static partial Regex HubRevision();

    /// <summary>Matches the address of a hub, with http or https; a path may follow the host.</summary>
    [GeneratedRegex(
        @"\Ahttps?://([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?"
            + @"(/[A-Za-z0-9._~-]+)*/?\z",
        Options
    )]
    public static partial Regex HubEndpoint();

    /// <summary>Matches a relative path without empty parts; another rule refuses . and .. parts.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*\z", Options)]
    public static partial Regex RelativePath();

    /// <summary>Matches a relative path that may have * and ? in its parts.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9._*?-]+(/[A-Za-z0-9._*?-]+)*\z", Options)]
    public static partial Regex RelativeGlob();

    [GeneratedRegex(@"\A(/[A-Za-z0-9._-]+)+\z", Options)]
    public static partial Regex MountPath();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\z", Options)]
    public static partial Regex ExtendedResource();

    [GeneratedRegex(@"\A[A-Z]{3}\z", Options)]
    public static partial Regex Currency();

    [GeneratedRegex(@"\A[0-9]{1,9}(\.[0-9]{1,9})?\z", Options)]
    public static partial Regex Price();

    /// <summary>
    /// Matches what <c>torch.__version__</c> reports: a release, or a prerelease or build of one, such as NVIDIA's
    /// <c>2.5.0a0+e000cf0ad9.nv24.10</c>.
    /// </summary>
    [GeneratedRegex(
        @"\A[0-9]+\.[0-9]+\.[0-9]+((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?"
            + @"(\+[A-Za-z0-9]+([._-][A-Za-z0-9]+)*)?\z",
        Options
    )]
    public static partial Regex PytorchVersion();

    /// <summary>Matches the versions that the PyTorch project publishes images of.</summary>
    [GeneratedRegex(@"\A[0-9]+[.][0-9]+[.][0-9]+\z", Options)]
    public static partial Regex PytorchRelease();

    [GeneratedRegex(@"\A[0-9]+\.[0-9]+\z", Options)]
    public static partial Regex CudaVersion();

    [GeneratedRegex(@"\A[0-9]+\z", Options)]
    public static partial Regex CudnnVersion();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:-]*\z", Options)]
    public static partial Regex VulnerabilityId();
}
