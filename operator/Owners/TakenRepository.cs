using System.Globalization;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Owners;

/// <summary>Says that another object has a repository.</summary>
/// <param name="Field">The field that names it.</param>
/// <param name="Repository">As that names it.</param>
/// <param name="Since">Since when the other has it (UTC).</param>
/// <param name="By">Namespace and name of the other: for the operator's log alone.</param>
internal sealed record TakenRepository(string Field, ImageRepository Repository, DateTime Since, string By)
{
    /// <summary>Gets what its user is told, which names nobody.</summary>
    public string Message =>
        $"{Field}: another object that this operator serves has {Repository} since "
        + $"{Since.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}; name another repository";
}
