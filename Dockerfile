# Two stages: the SDK builds, the runtime serves. The data directory is a volume; nothing else is written.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/EmailRouting.Server -c Release -o /app -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /var/lib/emailrouting
COPY --from=build /app /app
ENV Data__Directory=/var/lib/emailrouting \
    ASPNETCORE_URLS=http://0.0.0.0:8080
VOLUME /var/lib/emailrouting
EXPOSE 25 2525 8080
# The server listens on port 25: root in the container, with every capability but that one dropped in docker-compose.yml.
HEALTHCHECK --interval=30s --timeout=5s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q 200"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "/app/EmailRouting.Server.dll"]
