using System.Text.RegularExpressions;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// States the schema's patterns, for objects that are older than the schema and for API servers that check less. They
/// are anchored by <c>\z</c>, because .NET's <c>$</c> lets a newline through.
/// </summary>
internal static partial class Syntax
{
    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    /// <summary>An RFC 1123 subdomain: the name of most Kubernetes objects.</summary>
    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", Options)]
    public static partial Regex ObjectName();

    /// <summary>An RFC 1035 label: the name of a Service and of all that derives from an image's name.</summary>
    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z", Options)]
    public static partial Regex ServiceName();

    /// <summary>A key of a ConfigMap.</summary>
    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z", Options)]
    public static partial Regex ConfigMapKey();

    /// <summary>
    /// A label's or a taint's key: an optional subdomain, a slash, and a name of at most 63 characters.
    /// </summary>
    [GeneratedRegex(
        @"\A([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/"
            + @")?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\z",
        Options
    )]
    public static partial Regex LabelKey();

    /// <summary>A label's value, which may be empty; its length is bounded beside it.</summary>
    [GeneratedRegex(@"\A([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?\z", Options)]
    public static partial Regex LabelValue();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", Options)]
    public static partial Regex VariableName();

    /// <summary>Text on one line.</summary>
    [GeneratedRegex(@"\A[^\x00-\x1F\x7F]*\z", Options)]
    public static partial Regex OneLine();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\z", Options)]
    public static partial Regex PythonModule();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]*\z", Options)]
    public static partial Regex Tag();

    /// <summary>Tags that builds take: <c>b42-…</c>.</summary>
    [GeneratedRegex(@"\Ab[0-9]+(-.*)?\z", Options)]
    public static partial Regex BuildTag();

    [GeneratedRegex(@"\A[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?\z", Options)]
    public static partial Regex Quantity();

    [GeneratedRegex(@"\A[1-9][0-9]*(k|M|G|T|Ki|Mi|Gi|Ti)?\z", Options)]
    public static partial Regex StorageSize();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/:-]*\z", Options)]
    public static partial Regex ModelName();

    [GeneratedRegex(@"\A(/[A-Za-z0-9._-]+)+\z", Options)]
    public static partial Regex MountPath();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\z", Options)]
    public static partial Regex ExtendedResource();

    [GeneratedRegex(@"\A[A-Z]{3}\z", Options)]
    public static partial Regex Currency();

    [GeneratedRegex(@"\A[0-9]{1,9}(\.[0-9]{1,9})?\z", Options)]
    public static partial Regex Price();

    [GeneratedRegex(@"\A[0-9]+\.[0-9]+\.[0-9]+\z", Options)]
    public static partial Regex PytorchVersion();

    [GeneratedRegex(@"\A[0-9]+\.[0-9]+\z", Options)]
    public static partial Regex CudaVersion();

    [GeneratedRegex(@"\A[0-9]+\z", Options)]
    public static partial Regex CudnnVersion();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:-]*\z", Options)]
    public static partial Regex VulnerabilityId();
}
