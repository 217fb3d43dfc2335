using GemmaOperator.Dashboard.Access;

namespace KubectlGemma.Ui;

/// <summary>Leaves it to the API server: each request is sent in the visitor's own name.</summary>
internal sealed class OwnRights : IRights
{
    public Task<string?> RefusalAsync(AskedAccess asked, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);
}
