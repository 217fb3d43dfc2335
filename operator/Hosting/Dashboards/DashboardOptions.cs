using System.Net;

namespace GemmaOperator.Hosting.Dashboards;

/// <summary>Says where the dashboard listens.</summary>
/// <param name="Listen">Address and port.</param>
/// <param name="Certificate">Folder with tls.crt and tls.key; null: plain HTTP.</param>
internal sealed record DashboardOptions(IPEndPoint Listen, string? Certificate);
