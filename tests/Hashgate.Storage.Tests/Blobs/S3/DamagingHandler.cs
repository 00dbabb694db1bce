namespace Hashgate.Storage.Tests.Blobs.S3;

/// <summary>A way to the store that changes one byte of each large body that is sent.</summary>
internal sealed class DamagingHandler() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content && await content.ReadAsByteArrayAsync(cancellationToken) is { Length: > 500 } body)
        {
            body[^250] ^= 1;
            var damaged = new ByteArrayContent(body);
            foreach (var (name, values) in content.Headers) damaged.Headers.TryAddWithoutValidation(name, values);
            request.Content = damaged;
        }
        return await base.SendAsync(request, cancellationToken);
    }
}
