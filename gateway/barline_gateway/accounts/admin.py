"""What staff see: keys without their text, and the audit log; both cannot be edited."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from barline_gateway.accounts.keys import revoke_key
from barline_gateway.accounts.models import ApiKey, AuditEntry

admin.site.unregister(Group)  # who may do what follows from staff and from keys' scopes


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """For every member of staff to look at."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly):
    list_display = (
        "name", "prefix", "user", "scope", "created_at", "last_used_at", "expires_at", "revoked_at",
    )  # fmt: skip
    list_filter = ("scope", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__username")
    exclude = ("digest",)
    actions = ("revoke",)

    @admin.action(description="Revoke the chosen keys", permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        for key in queryset:
            revoke_key(key)
        self.message_user(request, "The chosen keys no longer work.")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = (
        "occurred_at", "username", "key_prefix", "method", "path", "subject", "status", "address", "request_id",
    )  # fmt: skip
    list_filter = ("method", "status")
    search_fields = ("=username", "=request_id", "=address", "^path")
    date_hierarchy = "occurred_at"
    show_full_result_count = False
