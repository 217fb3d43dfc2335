using System.Globalization;
using System.Net.Http.Headers;
using GemmaOperator.Api.Words;
using GemmaOperator.Egress;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Notifications;

/// <summary>
/// Tells one receiver one thing. Users word the address: it is judged as that of every request, no redirect is
/// followed, nothing of the answer but its status is read, and no message shows more of the address than its host.
/// </summary>
/// <param name="http">Judges addresses (<see cref="EgressHandler"/>), and sends nothing without the lease.</param>
/// <param name="api">Reads the Secret, as the tenant's account where there is one.</param>
/// <param name="egress">Says which hosts may be spoken to in the clear.</param>
/// <param name="time">What waits are measured by.</param>
internal sealed class NotificationSender(HttpClient http, IKubeApi api, EgressPolicy egress, TimeProvider time)
{
    /// <summary>A receiver that hasn't answered by then is left alone for now.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Returns what came of it; throws only when cancelled.</summary>
    public async Task<Delivery> SendAsync(Told told, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var (ns, secret) = (told.Namespace, told.Receiver.SecretRef.Name);
            if (await api.GetAsync<V1Secret>(ns, secret, either.Token) is not { } found)
            {
                return Failed(
                    told,
                    ImageReason.Notified.SecretNotFound,
                    $"Secret {ns}/{secret} doesn't exist; create it with 'kubectl create secret generic {secret} "
                        + $"-n {ns} --from-literal={Receiver.UrlKey}=https://…'"
                );
            }

            var (receiver, problem) = Receiver.Parse(found.Data);
            return receiver is null
                ? Failed(told, ImageReason.Notified.SecretInvalid, $"Secret {ns}/{secret}: {problem}")
                : await PostAsync(told, receiver, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(
                told,
                ImageReason.Notified.Unreachable,
                $"there was no answer within {AnswerTimeout.TotalSeconds:0} s"
            );
        }
        catch (KubeApiException e)
        {
            return Failed(told, ImageReason.Notified.SecretNotFound, $"its Secret can't be read: {e.Explanation}");
        }
        catch (Exception e) when (EgressRefusedException.In(e) is { } refused)
        {
            var remedy = refused.Remedy.Length > 0 ? $"; {refused.Remedy}" : "";
            return Refused(told, ImageReason.Notified.EgressRefused, $"{refused.Message}{remedy}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Failed(told, ImageReason.Notified.Unreachable, HttpWords.Of(e));
        }
    }

    private async Task<Delivery> PostAsync(Told told, Receiver receiver, CancellationToken cancellationToken)
    {
        var host = HostAndPort.Of(receiver.Url);
        if (receiver.Url.Scheme != Uri.UriSchemeHttps && !egress.IsTrusted(receiver.Url))
        {
            return Refused(
                told,
                ImageReason.Notified.EgressRefused,
                $"{host} would be told in the clear; write https:// into its Secret, or give the operator "
                    + $"--trusted-host={host} (trustedHosts of the chart)"
            );
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url)
        {
            Content = Payload.Content(told, receiver.Signing),
        };
        request.Headers.UserAgent.ParseAdd("gemma-operator");
        request.Headers.Authorization = receiver.Token is { } token
            ? new AuthenticationHeaderValue("Bearer", token)
            : null;
        request.For(EgressPurpose.Service);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return Judge(told, host, response);
    }

    private Delivery Judge(Told told, HostAndPort host, HttpResponseMessage response)
    {
        var code = (int)response.StatusCode;
        var answer = string.Create(CultureInfo.InvariantCulture, $"{host} answered {code}");
        return response.IsSuccessStatusCode ? new Delivery(told.What.Id, told.Receiver.Name, DeliveryKind.Delivered)
            : code is >= 300 and < 400
                ? Refused(
                    told,
                    ImageReason.Notified.Rejected,
                    $"{answer}, and redirects aren't followed; write where it leads into its Secret"
                )
            // Timeout, too early, too many requests (RFC 9110, 8470, 6585).
            : code is 408 or 425 or 429 or >= 500
                ? Failed(told, ImageReason.Notified.Unreachable, answer) with
                {
                    RetryAfter = RetryAfter(response),
                }
            : Refused(
                told,
                ImageReason.Notified.Rejected,
                $"{answer}, so that this one isn't sent again; look at the address and the token in its Secret, and at "
                    + "its type"
            );
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => null,
        };

    private static Delivery Refused(Told told, string reason, string why) =>
        new(told.What.Id, told.Receiver.Name, DeliveryKind.Refused, reason, why);

    private static Delivery Failed(Told told, string reason, string why) =>
        new(told.What.Id, told.Receiver.Name, DeliveryKind.Failed, reason, why);
}
