using GemmaOperator.Text;

namespace GemmaOperator.Cluster;

/// <summary>Names and label values made from other names, within Kubernetes' bounds.</summary>
internal static class ObjectName
{
    /// <summary>A pod's label carries its Job's name, so a Job's name has a label's bound.</summary>
    public const int MaxLength = 63;

    /// <summary>
    /// Joins name and suffix; a name that would be too long is cut, with eight digits of its hash instead of its end.
    /// </summary>
    public static string With(string name, string suffix)
    {
        if (name.Length + suffix.Length <= MaxLength)
        {
            return name + suffix;
        }

        var hash = new Fingerprint().With("name", name).Hex(8);
        return $"{name[..(MaxLength - suffix.Length - 9)].TrimEnd('-', '.')}-{hash}{suffix}";
    }

    /// <summary>Returns a name as a label's value.</summary>
    public static string LabelValue(string name) => With(name, "");
}
