using Microsoft.AspNetCore.Http;

namespace GemmaOperator.Dashboard.Access;

/// <summary>Decides who may come in.</summary>
internal interface IGate
{
    /// <summary>Returns who it is and what comes after the gate, or why the request goes no further.</summary>
    Task<Admission> AdmitAsync(HttpContext context, CancellationToken cancellationToken);
}
