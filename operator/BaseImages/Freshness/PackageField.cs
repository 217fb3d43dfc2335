using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Freshness;

/// <summary>Names a package as a cause of a build, as in <c>packages[dpkg/libssl3]</c>.</summary>
internal static class PackageField
{
    public static FieldChange Of(PackageChange package) =>
        new()
        {
            Field = $"packages[{package.Kind.Text.ToLowerInvariant()}/{package.Name}]",
            Old = package.Old,
            New = package.New,
        };
}
