using GemmaOperator.Api.BaseImages;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Dashboard;

/// <summary>Holds what the pages are made from.</summary>
internal interface IFleet
{
    /// <summary>Gets the API that single objects are read by.</summary>
    IKubeApi Api { get; }

    /// <summary>Gets all objects, as a watch keeps them.</summary>
    IIndexer<GemmaBaseImage> Images { get; }

    /// <summary>Gets the namespaces that are looked at; none: all.</summary>
    IReadOnlyList<string> Namespaces { get; }

    /// <summary>Gets why what is shown may be old; null where it is as it should be.</summary>
    string? Problem { get; }

    /// <summary>Gets what tells of changes.</summary>
    ChangeHub Changes { get; }

    /// <summary>Begins to tell <see cref="Changes"/> of what belongs to one object, until it is disposed of.</summary>
    IAsyncDisposable Follow(ObjectKey image);
}
