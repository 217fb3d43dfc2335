namespace GemmaOperator.Api.Owners;

/// <summary>Names what an object uses a repository for.</summary>
internal enum RepositoryUse
{
    /// <summary>For images and their tags: one object alone.</summary>
    Images,

    /// <summary>For cached layers, which objects of a namespace may share.</summary>
    Cache,
}
