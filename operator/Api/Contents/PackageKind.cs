namespace GemmaOperator.Api.Contents;

/// <summary>Names what keeps the list that a package stands in.</summary>
internal enum PackageKind
{
    /// <summary>Debian's and Ubuntu's.</summary>
    Dpkg,

    /// <summary>Red Hat's, Fedora's and SUSE's.</summary>
    Rpm,

    /// <summary>Alpine's.</summary>
    Apk,

    /// <summary>Distributions that an import finds.</summary>
    Python,

    /// <summary>Files of site-packages whose lines Python runs at each start (<c>.pth</c>).</summary>
    PathFile,
}
