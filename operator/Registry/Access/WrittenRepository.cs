using GemmaOperator.Api.Owners;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Access;

/// <summary>Names a repository that builds write to, what for, and the field that says so.</summary>
internal sealed record WrittenRepository(string Field, ImageRepository Repository, RepositoryUse Use);
